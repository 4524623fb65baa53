"""An agent's desktop in a terminal: signs in, shows what is offered, takes what you type.

    python desktop.py ana --password-file password

    accept | accept o1 | decline o1 | show c1 | reply c1 TEXT | note c1 TEXT | pend c1 | resolve c1 | requeue c1
    transfer c1 queue NAME | transfer c1 agent NAME | done c1 | away REASON | available | inbox | quit

`accept` alone takes the first offer, and waits for one; `done` ends the wrap-up. Hints only tell that something
changed; what is true is asked with `agent.inbox`.
"""

import asyncio
import json
import sys

from switchboard import PREFIX, arguments, ask, connect, expect, query

# A third of the shipped lease: one lost beat does no harm.
BEAT_SECONDS = 10

USAGE = __doc__.split("\n\n")[2].strip()


async def beat(client, agent):
    """Without beats the agent counts as lost, and after a grace as offline."""
    while True:
        await client.publish(f"{PREFIX}.agent.{agent}.beat", b"")
        await asyncio.sleep(BEAT_SECONDS)


def tell(*words):
    print(*words, flush=True)


def hint_line(hint, fact):
    data = fact.get("data", {})
    about = [f"{key} {data[key]}" for key in ("offer", "conversation", "escalation", "queue", "cause") if key in data]
    return f"* {hint}: {', '.join(about)}" if about else f"* {hint}"


async def hear(client, agent, changed):
    """Tells each hint as it comes."""
    hints = await client.subscribe(f"{PREFIX}.agent.{agent}.>")
    async for message in hints.messages:
        hint = message.subject.rsplit(".", 1)[1]
        if hint == "beat":
            continue
        tell(hint_line(hint, json.loads(message.data or b"{}")))
        changed.set()


async def inbox(client, agent):
    answer = expect(await query(client, agent, "agent.inbox"), "agent.inbox")
    tell(json.dumps({key: value for key, value in answer.items() if key != "ok"}, indent=2, ensure_ascii=False))


async def first_offer(client, agent, changed):
    """The first offer that stands; waits for one. A hint says when to look again, and one may be missed."""
    while True:
        changed.clear()
        answer = expect(await query(client, agent, "agent.inbox"), "agent.inbox")
        if answer["offers"]:
            return answer["offers"][0]["offer"]
        try:
            await asyncio.wait_for(changed.wait(), BEAT_SECONDS)
        except asyncio.TimeoutError:
            pass


async def show(client, agent, conversation):
    answer = await query(client, agent, "conversation.get", conversation=conversation)
    if not answer["ok"]:
        return tell(f"refused: {answer['error']['message']}")
    for message in answer.get("messages", []):
        content = message.get("content", {})
        sender = content.get("from", {}).get("address", message["direction"])
        tell(f"  {sender}: {content.get('subject', '')} {content.get('text', '')}".rstrip())


def command(words):
    """What was typed, as a verb with its body; nothing where it makes no sense."""
    match words:
        case ["accept" | "decline" as act, offer]:
            return f"offer.{act}", {"offer": offer}
        case ["reply" | "note" as act, conversation, text]:
            return f"conversation.{act}", {"conversation": conversation, "text": text}
        case ["pend" | "resolve" | "requeue" as act, conversation]:
            return f"conversation.{act}", {"conversation": conversation}
        case ["transfer", conversation, to]:
            kind, _, name = to.partition(" ")
            return ("conversation.transfer", {"conversation": conversation, kind: name}) if name else None
        case ["done", conversation]:
            return "wrap_up.finish", {"conversation": conversation}
        case ["away", *reason]:
            return "agent.presence", {"presence": "away", "reason": " ".join(reason) or "break"}
        case ["available"]:
            return "agent.presence", {"presence": "available"}
    return None


async def typed():
    """Lines of the keyboard, without holding up what else goes on."""
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        yield line.strip()


async def main(options):
    agent = options.agent
    client = await connect(options, agent)
    expect(await ask(client, agent, "agent.sign_in"), "agent.sign_in")
    changed = asyncio.Event()
    background = [asyncio.create_task(task) for task in (beat(client, agent), hear(client, agent, changed))]
    tell(f"signed in as {agent}\n{USAGE}")
    async for line in typed():
        words = line.split(maxsplit=2)
        if words == ["accept"]:
            words.append(await first_offer(client, agent, changed))
            tell(f"accept {words[1]}")
        if words[:1] == ["quit"]:
            break
        if words[:1] == ["inbox"]:
            await inbox(client, agent)
        elif words[:1] == ["show"] and len(words) == 2:
            await show(client, agent, words[1])
        elif asked := command(words):
            answer = await ask(client, agent, asked[0], **asked[1])
            tell("done" if answer["ok"] else f"refused: {answer['error']['message']}")
        elif words:
            tell(USAGE)
    for task in background:
        task.cancel()
    expect(await ask(client, agent, "agent.sign_out"), "agent.sign_out")
    await client.close()


if __name__ == "__main__":
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("agent", help="who signs in: an agent, and a NATS user of that name")
    asyncio.run(main(parser.parse_args()))
