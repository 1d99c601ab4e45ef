package io.tenure.sanlock;

import io.tenure.bindings.sanlock.LibSanlockAdmin;
import io.tenure.bindings.sanlock.SanlkHostEvent;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the hosts of a lockspace tell each other, by way of the storage: each host has one event at
 * a time, written with its renewals, and a list of those who should look at it.
 *
 * <p>The daemon answers from memory, in microseconds; limit {@link
 * SanlockTimeouts#MEMORY_ANSWER_SECONDS}. Any number of threads may call.
 */
public final class HostEvents {
    private final DaemonAccess daemon;
    private final LibSanlockAdmin library;
    private final String lockspaceName;

    HostEvents(DaemonAccess daemon, String lockspaceName) {
        AreaGeometry.checkName("the lockspace name", lockspaceName);
        this.daemon = daemon;
        this.library = daemon.library().admin();
        this.lockspaceName = lockspaceName;
    }

    /**
     * Listens for what other hosts send to this one. What they sent before is not received.
     *
     * @return the listener, to be closed; a lockspace has at most 32
     * @throws SanlockException if this host is not in the lockspace, or it has too many listeners
     */
    public HostEventListener listen() throws SanlockException {
        return HostEventListener.open(daemon, lockspaceName);
    }

    /**
     * Sends an event. Returns at once: it is written with this host's next renewal, and received
     * within {@link SanlockTimeouts#eventSeconds} by those who listen.
     *
     * <p>A host announces its event for {@link SanlockTimeouts#announcementSeconds}. Another one is
     * refused in that time (code -EBUSY): those who have not looked yet would never see the first,
     * and those whom the first was for would receive the second. Waiting that long is safe; {@link
     * #replace} does not wait. The same event can be sent to several hosts one after the other.
     *
     * @param target to whom
     * @param event what, not 0
     * @param data any number with it
     * @throws SanlockException if this host is not in the lockspace, or another event is being
     *     announced (see {@link SanlockException#isTemporary})
     * @throws IllegalArgumentException if the event is 0, which means none
     */
    public void send(EventTarget target, long event, long data) throws SanlockException {
        set(target, event, data, 0);
    }

    /**
     * Sends an event as {@link #send} does, also when another is being announced, which some hosts
     * then never see.
     *
     * @param target to whom; those of the other event receive this one too
     * @param event what, not 0
     * @param data any number with it
     * @throws SanlockException if this host is not in the lockspace
     * @throws IllegalArgumentException if the event is 0, which means none
     */
    public void replace(EventTarget target, long event, long data) throws SanlockException {
        set(target, event, data, SanlockConstants.SANLK_SETEV_REPLACE_EVENT);
    }

    /**
     * Takes this host's event away, whomever it was for. Who has not looked yet never sees it.
     *
     * @throws SanlockException if this host is not in the lockspace
     */
    public void withdraw() throws SanlockException {
        ask(new Setting(1, 0, 0, 0, SanlockConstants.SANLK_SETEV_CLEAR_EVENT));
    }

    /**
     * No longer announces this host's event to one other; it stays announced to the rest.
     *
     * @param hostId the other's host id
     * @throws SanlockException if this host is not in the lockspace
     */
    public void withdrawFrom(long hostId) throws SanlockException {
        EventTarget.Host host = new EventTarget.Host(hostId);
        ask(new Setting(host.hostId(), 0, 0, 0, SanlockConstants.SANLK_SETEV_CLEAR_HOSTID));
    }

    /** One call of set_event; the daemon wants a host id also where it ignores it. */
    private record Setting(long hostId, long generation, long event, long data, int flags) {}

    private void set(EventTarget target, long event, long data, int flags) throws SanlockException {
        if (event == 0) {
            throw new IllegalArgumentException("event 0 means that there is none");
        }
        ask(
                switch (target) {
                    case EventTarget.Host host -> new Setting(host.hostId(), 0, event, data, flags);
                    case EventTarget.Incarnation host ->
                            new Setting(host.hostId(), host.generation(), event, data, flags);
                    case EventTarget.AllHosts all ->
                            new Setting(
                                    1,
                                    0,
                                    event,
                                    data,
                                    flags | SanlockConstants.SANLK_SETEV_ALL_HOSTS);
                });
    }

    private void ask(Setting setting) throws SanlockException {
        SanlockOperation operation = SanlockOperation.SEND_EVENT;
        String what = AdminCalls.lockspace(lockspaceName);
        daemon.fromMemory(
                operation,
                what,
                () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment event = arena.allocate(SanlkHostEvent.LAYOUT);
                        SanlkHostEvent.host_id(event, setting.hostId());
                        SanlkHostEvent.generation(event, setting.generation());
                        SanlkHostEvent.event(event, setting.event());
                        SanlkHostEvent.data(event, setting.data());
                        int rv =
                                library.sanlock_set_event(
                                        Structs.string(arena, lockspaceName),
                                        event,
                                        setting.flags());
                        return daemon.check(rv, operation, what);
                    }
                });
    }
}
