/** What submitted plugins are worth: points for claims, of experiments that each run in a Java machine of their own. */
package org.sidestep.lab.grade;
