/** Devices, buffers, engines and the copy path. */
module io.tenure.io {
    requires static org.jspecify;
    requires io.tenure.bindings;

    exports io.tenure.io;
}
