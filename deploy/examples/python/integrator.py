"""An integrator from end to end: publishes a message as a gateway, answers it as an agent, and reads the events.

    python integrator.py --password-file password --source main-line

Prints each event as one line of JSON, and ends once the reply is an event.
"""

import asyncio
import json
import sys
import uuid

from switchboard import PREFIX, arguments, ask, connect, expect, query

# The longest wait for an event that must come.
LIMIT = 60


async def publish(gateway, source, sender, text):
    """Brings an SMS in. The acknowledgement says that it is stored; without one, publish again, same id."""
    message = {"message_id": uuid.uuid4().hex, "from": sender, "text": text, "language": "en"}
    ack = await gateway.jetstream().publish(f"{PREFIX}.in.sms.{source}", json.dumps(message).encode())
    return ack.seq


async def facts(client, user):
    """The event stream behind its present end, in order, acknowledged one by one."""
    stream = f"{PREFIX.upper()}_EVENTS"
    events = await client.jetstream().pull_subscribe(f"{PREFIX}.evt.>", durable=user, stream=stream)
    while True:
        [stored] = await events.fetch(1, timeout=LIMIT)
        yield json.loads(stored.data)
        await stored.ack()


async def main(options):
    agent = options.agent
    gateway, desktop, reader = [await connect(options, user) for user in ("gateway", agent, options.reader)]
    expect(await ask(desktop, agent, "agent.sign_in"), "agent.sign_in")
    inseq = await publish(gateway, options.source, options.sender, options.text)
    conversation = None
    async for event in facts(reader, options.reader):
        name = event["type"].removeprefix(f"{PREFIX}.").removesuffix(".v1")
        data = event["data"]
        print(json.dumps({"seq": event["seq"], "event": name, "data": data}), flush=True)
        if name == "message.received" and int(event["inseq"]) == inseq:
            conversation = data["conversation"]
        if conversation is None or data.get("conversation") != conversation:
            continue
        if name == "offer.made" and data["agent"] == agent:
            expect(await ask(desktop, agent, "offer.accept", offer=data["offer"]), "offer.accept")
            shown = expect(await query(desktop, agent, "conversation.get", conversation=conversation), "conversation.get")
            print(f"the contact writes: {shown['messages'][-1]['content']['text']}", file=sys.stderr)
            reply = await ask(desktop, agent, "conversation.reply", conversation=conversation, text=options.reply)
            expect(reply, "conversation.reply")
        if name == "message.replied":
            break
    expect(await ask(desktop, agent, "conversation.resolve", conversation=conversation), "conversation.resolve")
    expect(await ask(desktop, agent, "agent.sign_out"), "agent.sign_out")
    for client in (gateway, desktop, reader):
        await client.close()


if __name__ == "__main__":
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--agent", default="ana", help="the agent who answers, a NATS user of that name")
    parser.add_argument("--reader", default="warehouse", help="the NATS user who reads facts")
    parser.add_argument("--source", default="main-line", help="the SMS source that the message comes by")
    parser.add_argument("--sender", default="+639171230001", help="the contact's number")
    parser.add_argument("--text", default="Where is my parcel?", help="what the contact writes")
    parser.add_argument("--reply", default="On its way, tomorrow at your door.", help="what the agent answers")
    asyncio.run(main(parser.parse_args()))
