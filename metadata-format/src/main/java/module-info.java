/** The bytes of superblocks and volume records. */
module io.tenure.format {
    requires static org.jspecify;

    exports io.tenure.format;
    exports io.tenure.format.sanlock;
}
