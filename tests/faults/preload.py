"""Imported once, by the process that test servers are forked from: what every start loads lazily, and its routes."""

# ruff: noqa: F401

import gc

import alembic.command
import alembic.migration
import pytest
import sqlalchemy.dialects.sqlite.aiosqlite
import uvicorn
import uvicorn.loops.uvloop
import uvicorn.protocols.http.httptools_impl
import uvicorn.protocols.websockets.websockets_sansio_impl

import orbiter.net.exchange
import tests.faults.server
from orbiter_api.app import make_routes

tests.faults.server.routes = make_routes()
gc.freeze()
