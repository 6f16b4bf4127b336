"""Figures for Prometheus: one registry per process, no personal data in labels."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """What the house counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "tierslieu_requests_total", "Answers by class of status", ["status"], registry=self.registry
        )
        self.seconds = Histogram("tierslieu_request_seconds", "Time to answer", buckets=SECONDS, registry=self.registry)
        self.jobs = Counter("tierslieu_jobs_total", "Jobs by outcome", ["outcome"], registry=self.registry)
        self.jobs_waiting = Gauge("tierslieu_jobs_waiting", "Jobs that are due", registry=self.registry)
        self.messages = Counter(
            "tierslieu_device_messages_total", "Device messages by outcome", ["outcome"], registry=self.registry
        )
        self.broker_up = Gauge("tierslieu_broker_up", "1 when the broker answers", registry=self.registry)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
