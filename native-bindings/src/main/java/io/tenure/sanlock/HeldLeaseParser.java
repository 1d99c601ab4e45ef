package io.tenure.sanlock;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the daemon's text form of held leases: {@code LOCKSPACE:NAME:PATH:OFFSET:LVER}, with {@code
 * SH} instead of the version for a shared one, and a space between leases. In a path, a colon has a
 * backslash before it. What else could confuse it is refused beforehand, see {@link AreaGeometry}.
 */
final class HeldLeaseParser {
    private static final int PARTS = 5;
    private static final String SHARED = "SH";

    private HeldLeaseParser() {}

    static List<HeldLease> parse(String state) {
        List<HeldLease> leases = new ArrayList<>();
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < state.length(); i++) {
            char c = state.charAt(i);
            if (c == '\\' && i + 1 < state.length()) {
                i++;
                part.append(state.charAt(i));
            } else if (c == ':' || c == ' ') {
                parts.add(part.toString());
                part.setLength(0);
                if (c == ' ') {
                    leases.add(lease(parts, state));
                    parts.clear();
                }
            } else {
                part.append(c);
            }
        }
        if (!parts.isEmpty() || !part.isEmpty()) {
            parts.add(part.toString());
            leases.add(lease(parts, state));
        }
        return leases;
    }

    private static HeldLease lease(List<String> parts, String state) {
        if (parts.size() != PARTS) {
            throw new IllegalArgumentException("not the state of held leases: " + state);
        }
        String version = parts.get(4);
        boolean shared = version.equals(SHARED);
        return new HeldLease(
                parts.get(0),
                parts.get(1),
                parts.get(2),
                Long.parseUnsignedLong(parts.get(3)),
                shared ? 0 : Long.parseUnsignedLong(version),
                shared ? LeaseMode.SHARED : LeaseMode.EXCLUSIVE);
    }
}
