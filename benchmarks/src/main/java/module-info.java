/** Measurements of Tenure and of its peers. */
module io.tenure.benchmarks {
    requires static org.jspecify;
    requires io.tenure.bindings;
    requires io.tenure.format;
    requires io.tenure.io;
    requires io.tenure.jobs;
    requires jmh.core;
    requires chronicle.bytes;

    // JMH generates subclasses of the benchmarks and instantiates them by reflection.
    exports io.tenure.benchmarks;
}
