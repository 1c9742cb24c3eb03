/**
 * What a scheduler is made of: rings of ready threads ({@link org.sidestep.kernel.scheduling.Ring}), and time slices with the
 * routines that only set and read them ({@link org.sidestep.kernel.scheduling.TimeSlices}).
 */
package org.sidestep.kernel.scheduling;
