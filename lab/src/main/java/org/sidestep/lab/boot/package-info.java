/** Boots foreign images: the host's side of a machine's console, disks and switches. */
package org.sidestep.lab.boot;
