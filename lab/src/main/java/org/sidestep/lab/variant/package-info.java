/** Cells run again with their CPU model changed: to see what a mechanism contributes, and what a doubtful figure means. */
package org.sidestep.lab.variant;
