/** The user's files: inputs are read up to a limit, outputs are complete or absent, and nothing of the user's is lost. */
package org.sidestep.lab.file;
