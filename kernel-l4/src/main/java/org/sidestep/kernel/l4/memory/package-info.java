/** Page tables, address spaces, and the map items that fill them. */
package org.sidestep.kernel.l4.memory;
