/**
 * What the author of a workload writes in: {@link org.sidestep.workload.l4.L4Code} has the system calls, {@link
 * org.sidestep.workload.l4.RootTask} makes spaces and threads, serves their page faults and ends the run, {@link
 * org.sidestep.workload.l4.ThreadCode} is the code of a thread, and {@link org.sidestep.workload.l4.Scenario} its rounds: checked,
 * warm, measured. The words of the interface are in {@link org.sidestep.x2}.
 *
 * <p>The platform's own workloads are written in it, and have nothing else. It is part of the platform API and has its version;
 * the code that it emits is measured, so that a change of a byte here is a change of figures.
 */
package org.sidestep.workload.l4;
