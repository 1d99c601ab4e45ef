package io.tenure.lease.sanlock;

import io.tenure.domain.LeaseArea;
import io.tenure.jobs.internal.TryAll;
import io.tenure.jobs.sanlock.DomainLab;
import io.tenure.lease.HostIdentity;
import io.tenure.lease.LeaseConnection;
import io.tenure.lease.LeaseManager;
import io.tenure.lease.LeaseManagerContract;
import io.tenure.lease.LeaseMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, with two hosts. */
class SanlockLeaseManagerTest extends LeaseManagerContract {
    private static final AtomicInteger SLOTS = new AtomicInteger(1);
    private static final List<LeaseConnection> THIEVES = new ArrayList<>();
    private static DomainLab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = DomainLab.start(2);
    }

    @AfterAll
    static void stop() throws IOException {
        TryAll all = new TryAll();
        THIEVES.forEach(thief -> all.run(thief::close));
        all.run(lab::close);
        all.throwFirst();
    }

    @Override
    protected LeaseManager manager() {
        return lab.host(0).manager();
    }

    @Override
    protected LeaseManager other() {
        return lab.host(1).manager();
    }

    @Override
    protected LeaseArea newLease() throws IOException {
        LeaseArea area = lab.host(0).domain().leaseArea(SLOTS.getAndIncrement(), UUID.randomUUID());
        manager().format(area);
        return area;
    }

    @Override
    protected HostIdentity takeOver(LeaseArea area) throws IOException {
        other().format(area);
        LeaseConnection thief = other().connect("thief");
        THIEVES.add(thief);
        thief.acquire(area, LeaseMode.EXCLUSIVE);
        return other().host(area.domainId());
    }
}
