/** Engines that keep several requests in flight, and the gate that every request passes. */
package io.tenure.io.engine;
