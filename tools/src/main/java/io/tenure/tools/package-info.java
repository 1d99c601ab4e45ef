/** The {@code tenure} command: one class for each noun. */
package io.tenure.tools;
