"""What a program needs to talk to Switchboard: a connection under its own name, and asking.

Nothing here is an SDK: it is forty lines over an ordinary NATS client, to copy and to change.
"""

import argparse
import asyncio
import json
import sys
import uuid
from pathlib import Path

import nats
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout

PREFIX = "switchboard"
# How often a request is made again whose outcome is not known: with the same id it has one effect.
TRIES = 20
# How long the first connection may take. A later one that breaks is made anew for ever.
CONNECT_SECONDS = 5


def arguments(description):
    """The options that every example has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--url", default="nats://127.0.0.1:4222", help="where NATS is")
    parser.add_argument("--password-file", default="password", help="the file with the NATS user's password")
    return parser


async def connect(options, user):
    """Every user has an inbox prefix of its own: without it no answer ever arrives."""
    faults = []

    async def remember(fault):
        faults.append(fault)

    try:
        password = Path(options.password_file).read_text().strip()
    except OSError as fault:
        raise SystemExit(f"cannot read the password of {user}: {fault}")
    try:
        connecting = nats.connect(
            options.url,
            user=user,
            password=password,
            inbox_prefix=f"_INBOX.{user}".encode(),
            error_cb=remember,
            max_reconnect_attempts=-1,
        )
        return await asyncio.wait_for(connecting, CONNECT_SECONDS)
    except asyncio.TimeoutError:
        why = faults[0] if faults else "no answer"
        raise SystemExit(f"cannot connect to {options.url} as {user}: {why}")


def patience(attempt, verb):
    """Says once that it takes long, and how long to wait before the next try."""
    if attempt == 2:
        print(f"{verb}: nobody answers yet; asking again", file=sys.stderr, flush=True)
    return min(0.1 * 2**attempt, 2)


async def ask(client, actor, verb, **body):
    """A command or a query. The id stands for one act, so asking again after silence changes nothing twice.

    Returns the answer; a refusal is an answer too, with `ok` false and an `error`.
    """
    body.setdefault("id", uuid.uuid4().hex)
    payload = json.dumps(body).encode()
    for attempt in range(TRIES):
        try:
            answer = json.loads((await client.request(f"{PREFIX}.api.{actor}.{verb}", payload, timeout=5)).data)
        except (NoRespondersError, NatsTimeout):
            # Nobody leads just now, or the answer was lost.
            answer = None
        if answer is not None and answer.get("error", {}).get("code") not in ("unavailable", "busy"):
            return answer
        await asyncio.sleep(patience(attempt, verb))
    raise SystemExit(f"{verb}: nobody answers; is a daemon leading? see `switchboard status`")


async def query(client, actor, verb, **body):
    """A query: it has no id, since it changes nothing."""
    for attempt in range(TRIES):
        try:
            payload = json.dumps(body).encode()
            return json.loads((await client.request(f"{PREFIX}.api.{actor}.{verb}", payload, timeout=5)).data)
        except (NoRespondersError, NatsTimeout):
            await asyncio.sleep(patience(attempt, verb))
    raise SystemExit(f"{verb}: nobody answers; is a daemon leading? see `switchboard status`")


def expect(answer, what):
    """The answer, or the end of the program with the daemon's own sentence."""
    if not answer["ok"]:
        raise SystemExit(f"{what}: {answer['error']['code']}: {answer['error']['message']}")
    return answer
