package io.tenure.io.copy;

/** A clock that only moves when somebody waits, and lets something happen at a time. */
final class VirtualTime implements TimeSource {
    private long nanos;
    private long eventNanos = Long.MAX_VALUE;
    private Event event = () -> {};

    /** What happens. */
    interface Event {
        void happen() throws Exception;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public void pause(long forNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        late(forNanos);
    }

    void late(long byNanos) {
        nanos += byNanos;
        if (nanos >= eventNanos) {
            eventNanos = Long.MAX_VALUE;
            try {
                event.happen();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    void atNanos(long when, Event what) {
        eventNanos = when;
        event = what;
    }
}
