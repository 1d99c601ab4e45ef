package io.tenure.io.engine;

import org.jspecify.annotations.Nullable;

/** A ring of requests that allocates nothing. The owner's lock guards it. */
final class RequestQueue {
    private final @Nullable IoRequest[] ring;
    private int head;
    private int size;

    RequestQueue(int capacity) {
        ring = new @Nullable IoRequest[capacity];
    }

    int size() {
        return size;
    }

    void add(IoRequest request) {
        if (size == ring.length) {
            throw new IllegalStateException("the queue is full");
        }
        ring[(head + size) % ring.length] = request;
        size++;
    }

    IoRequest remove() {
        IoRequest request = ring[head];
        if (size == 0 || request == null) {
            throw new IllegalStateException("the queue is empty");
        }
        ring[head] = null;
        head = (head + 1) % ring.length;
        size--;
        return request;
    }
}
