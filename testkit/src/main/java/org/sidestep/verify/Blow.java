package org.sidestep.verify;

import java.util.Locale;

/**
 * A strike of a trial, by name, so that it can be dealt again.
 *
 * @param instruction how many instructions have been completed since reset when it falls
 * @param disturbance id of its disturbance
 * @param strike its name among those of the disturbance there
 * @param place the instruction before which it falls: label and Java line
 */
public record Blow(long instruction, String disturbance, String strike, String place) {

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %s before %s, instruction %d", disturbance, strike, place, instruction);
    }
}
