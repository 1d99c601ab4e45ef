/** Whether native code can be used here, and the names of its error numbers. */
package io.tenure.bindings;
