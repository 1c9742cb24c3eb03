package org.sidestep.verify.x2;

/**
 * What a message says of itself beside its sender and its receiver (X.2 reference manual, "Propagation", "Redirection").
 *
 * @param sentAs in whose name it is sent, a global id; 0 for the sender's own
 * @param sentTo to whom it was sent that goes to a redirector, a global id; 0 if it goes there
 */
record Envelope(int sentAs, int sentTo) {

    /** In the sender's own name, straight to the receiver. */
    static final Envelope PLAIN = new Envelope(0, 0);

    Envelope inTheNameOf(int id) {
        return new Envelope(id, sentTo);
    }

    Envelope insteadOf(int id) {
        return new Envelope(sentAs, id);
    }

    boolean isPropagated() {
        return sentAs != 0;
    }

    boolean isRedirected() {
        return sentTo != 0;
    }
}
