"""The only place that speaks HTTP outward: guarded (SSRF), capped (size, time), polite (hosts), and nothing else.

`HttpFetch` keeps the promise of `core.ports.Fetch`. What a page means is the business of `monitor/sources`.
"""

from monitor.fetch.addresses import shown
from monitor.fetch.client import HttpFetch
from monitor.fetch.guard import Resolver, is_public, system_resolver
from monitor.fetch.options import FetchOptions

__all__ = ["FetchOptions", "HttpFetch", "Resolver", "is_public", "shown", "system_resolver"]
