/** Measurements of Tenure and of its peers. */
module io.tenure.benchmarks {
    requires static org.jspecify;
    requires io.tenure.jobs;
    requires jmh.core;
}
