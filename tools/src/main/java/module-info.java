/** The {@code tenure} command. */
module io.tenure.tools {
    requires static org.jspecify;
    requires io.tenure.jobs;
    requires info.picocli;
    requires com.fasterxml.jackson.jr.ob;
}
