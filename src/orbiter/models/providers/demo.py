"""The demo kind of provider."""

from __future__ import annotations

from orbiter.models.base import ModelClient
from orbiter.models.demo import DemoClient
from orbiter.models.providers.spec import MakeHttp, ProviderConfig, ProviderSpec


def make_client(_config: ProviderConfig, _make_http: MakeHttp) -> ModelClient:
    return DemoClient()


SPEC = ProviderSpec(
    type="demo",
    rank=90,
    label="Demo",
    description="Built in, without key or network. It follows fixed rules, so the same request gives the same answer.",
    make_client=make_client,
)
