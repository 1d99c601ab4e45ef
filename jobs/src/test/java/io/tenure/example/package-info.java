/** The examples of docs/extending.md, as they stand there. */
package io.tenure.example;
