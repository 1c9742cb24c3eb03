/** An experiment as a whole: what of it runs where, and what comes of it. */
package org.sidestep.lab.matrix;
