#!/usr/bin/env python3
"""A stranger with an ordinary nats-py client and nothing of ours: signs an agent in, publishes raw mails as a gateway,
reads the event stream as an integrator, and answers each offer as the agent.

    newcomer.py URL PASSWORD MAIL...

Prints one JSON object a mail: the place that the stream gave it, the offer's event, what the agent was shown, and
the answers. Every wait has a limit.
"""

import asyncio
import json
import sys
from pathlib import Path

import nats
from nats.errors import NoRespondersError

LIMIT = 40


async def connect(url, password, user):
    """Every user has an inbox prefix of its own; without it no request is ever answered."""
    return await nats.connect(
        url, user=user, password=password, inbox_prefix=f"_INBOX.{user}".encode(), max_reconnect_attempts=0
    )


async def ask(client, actor, verb, **body):
    """A request; the daemon may still be on its way to lead, then nobody answers yet."""
    while True:
        try:
            answer = await client.request(f"switchboard.api.{actor}.{verb}", json.dumps(body).encode(), timeout=10)
            return json.loads(answer.data)
        except NoRespondersError:
            await asyncio.sleep(0.1)


async def next_event(events):
    [message] = await events.fetch(1, timeout=LIMIT)
    await message.ack()
    return json.loads(message.data)


async def play(url, password, mails):
    ana = await connect(url, password, "ana")
    gateway = await connect(url, password, "gateway")
    warehouse = await connect(url, password, "warehouse")
    signed_in = await ask(ana, "ana", "agent.sign_in", id="first")
    assert signed_in["ok"], signed_in
    events = await warehouse.jetstream().pull_subscribe(
        "switchboard.evt.>", durable="warehouse", stream="SWITCHBOARD_EVENTS"
    )
    for mail in mails:
        ack = await gateway.jetstream().publish("switchboard.in.email.help-desk", Path(mail).read_bytes())
        conversation, offer = None, None
        while offer is None:
            event = await next_event(events)
            if event["type"] in ("switchboard.input.refused.v1", "switchboard.message.ignored.v1"):
                raise SystemExit(f"{mail} opened no conversation: {event['type']} {event['data']}")
            if event["type"] == "switchboard.message.received.v1" and int(event["inseq"]) == ack.seq:
                conversation = event["data"]["conversation"]
            if event["type"] == "switchboard.offer.made.v1" and event["data"]["conversation"] == conversation:
                offer = event
        shown = await ask(ana, "ana", "conversation.get", conversation=conversation)
        accepted = await ask(ana, "ana", "offer.accept", id=f"take-{ack.seq}", offer=offer["data"]["offer"])
        again = await ask(ana, "ana", "offer.accept", id=f"take-{ack.seq}", offer=offer["data"]["offer"])
        told = {"mail": mail, "inseq": ack.seq, "offer": offer, "shown": shown, "accepted": accepted, "again": again}
        print(json.dumps(told), flush=True)
    for client in (ana, gateway, warehouse):
        await client.close()


asyncio.run(asyncio.wait_for(play(sys.argv[1], sys.argv[2], sys.argv[3:]), LIMIT))
