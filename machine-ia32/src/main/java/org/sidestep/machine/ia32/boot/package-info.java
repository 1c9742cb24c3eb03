/** Image loaders: what the firmware and the boot loader of a PC would have done. */
package org.sidestep.machine.ia32.boot;
