#!/usr/bin/env python3
"""Judges what Switchboard left behind, from its streams alone.

It shares no code with Switchboard: it reads IN, EVENTS and DEAD with another client in another
language, beside a ledger of what the test published and was answered, and tells each thing that is not
as it must be, one line each: `finding: <code>: <what>`. It exits 1 when there is any.

    judge.py --server URL --user USER --password WORD --prefix PREFIX --ledger FILE [--running] [--dump FILE]
    judge.py --self-test FOLDER

With --running the load has not come to rest, so what is still open is no finding. --dump writes all that
was read as JSON lines. --self-test reads such lines (whole.jsonl with ledger.json) which must be without
a finding, and doctored.jsonl: edits of them, each with the finding that it must lead to.

The ledger: {"messages": [{"id", "thread", "certain"}], "malformed": [{"marker", "code", "certain"}],
"answers": [{"actor", "id", "seq", "event"}], "foreign": number or null, "policies": [digest] where the test
knows all that may have been adopted}. What is not certain may have
arrived or not, since its publisher was never told.
"""

import argparse
import asyncio
import copy
import datetime
import json
import pathlib
import re
import sys
import zlib

OFFER_ENDS = ("offer.accepted", "offer.declined", "offer.expired", "offer.rescinded")
CLOCK_ENDS = ("sla.met", "sla.met_late", "sla.cancelled")


class Record:
    """A record of the journal that says of itself that it lies where it lies."""

    def __init__(self, message):
        event = message["data"]
        self.place = message["seq"]
        self.subject = message["subject"]
        self.headers = message["headers"]
        self.word = event["type"].removeprefix("switchboard.").removesuffix(".v1")
        self.about = event["subject"]
        self.time = event["time"]
        self.inseq = int(event["inseq"])
        self.actor = event["actor"]
        self.command = event.get("command")
        self.data = event["data"]


class Judge:
    def __init__(self, streams, ledger, prefix, running):
        self.streams, self.ledger, self.prefix, self.running = streams, ledger, prefix, running
        self.findings = []
        self.foreign = []
        self.records = []
        self.by_place = {}

    def find(self, code, text):
        self.findings.append((code, text))

    def judge(self):
        self.sort_out()
        self.check_places()
        self.check_batches()
        self.check_messages()
        self.check_content()
        self.check_conversations()
        self.check_offers()
        self.check_clocks()
        self.check_policies()
        self.check_epochs()
        self.check_commands()
        self.check_dead()
        return self.findings

    def of(self, *words):
        return [record for record in self.records if record.word in words]

    # What is ours, and where it lies.

    def sort_out(self):
        for message in self.streams["EVENTS"]:
            event = message["data"]
            ours = (
                isinstance(event, dict)
                and event.get("source") == f"/switchboard/{self.prefix}"
                and str(event.get("type", "")).startswith("switchboard.")
                and event.get("seq") == str(message["seq"])
            )
            if ours:
                record = Record(message)
                self.records.append(record)
                self.by_place[record.place] = record
            else:
                self.foreign.append(message["seq"])
        expected = self.ledger.get("foreign")
        if expected is not None and expected != len(self.foreign):
            self.find("foreign-count", f"{len(self.foreign)} foreign records, not {expected}: {self.foreign}")

    def check_places(self):
        place = 0
        for message in self.streams["EVENTS"]:
            if message["seq"] != place + 1:
                self.find("gap", f"behind {place} comes {message['seq']}")
            place = message["seq"]
        time, inseq = "", 0
        last_input = max((message["seq"] for message in self.streams["IN"]), default=0)
        for record in self.records:
            if record.time < time:
                self.find("time-back", f"{record.place} is of {record.time}, the one before of {time}")
            if record.inseq < inseq:
                self.find("inseq-back", f"{record.place} has consumed {record.inseq}, the one before {inseq}")
            if record.inseq > last_input:
                self.find("inseq-beyond", f"{record.place} has consumed {record.inseq} of {last_input} inputs")
            time, inseq = max(time, record.time), max(inseq, record.inseq)
            self.check_subject(record)

    def check_subject(self, record):
        part = zlib.crc32(record.about.encode()) % 256
        door = "" if record.word.startswith("content.") else "evt."
        wanted = f"{self.prefix}.{door}{record.word}.{part:02x}"
        if record.subject != wanted:
            self.find("subject", f"{record.place} lies under {record.subject}, not {wanted}")

    def check_batches(self):
        """What was appended together lies together, whole: 1 to n, and the last of them commits."""
        current, expected = None, 1
        closed = set()
        for message in self.streams["EVENTS"]:
            headers = message["headers"]
            batch, number = headers.get("Nats-Batch-Id"), int(headers.get("Nats-Batch-Sequence", 0))
            if current is not None and (batch != current or number != expected):
                self.find("batch-torn", f"{message['seq']} cuts batch {current} off before its end")
                closed.add(current)
                current = None
            if batch is None:
                continue
            if current is None and (batch in closed or number != 1):
                self.find("batch-torn", f"{message['seq']} is the end of batch {batch} without its beginning")
            current, expected = batch, number + 1
            if headers.get("Nats-Batch-Commit"):
                closed.add(batch)
                current = None
        if current is not None:
            self.find("batch-torn", f"batch {current} has no end")

    # Messages and their content.

    def check_messages(self):
        found = {}
        for record in self.of("content.message"):
            name = record.data["content"].get("external_id")
            found.setdefault(name, []).append(record)
        known = {message["id"]: message for message in self.ledger["messages"]}
        for name, records in found.items():
            if name not in known:
                self.find("message-unknown", f"nobody published {name} of record {records[0].place}")
            if len(records) > 1:
                self.find("message-twice", f"{name} is in {[(r.place, r.data['conversation']) for r in records]}")
        threads = {}
        for name, message in known.items():
            if name not in found:
                if message["certain"]:
                    self.find("message-lost", f"{name} was acknowledged and is in no conversation")
                continue
            threads.setdefault(message["thread"], set()).add(found[name][0].data["conversation"])
        owners = {}
        for thread, conversations in threads.items():
            if len(conversations) > 1:
                self.find("thread-split", f"{thread} is in conversations {sorted(conversations)}")
            for conversation in conversations:
                if conversation in owners:
                    self.find("thread-mixed", f"{conversation} has {thread} and {owners[conversation]}")
                owners[conversation] = thread

    def check_content(self):
        """Content lies right behind its fact, which names it, and each names the one before it."""
        facts = {"content.message": "message.received", "content.reply": "message.replied",
                 "content.contact": "contact.created", "content.ignored": "message.ignored"}
        chains = {}
        for record in self.records:
            if record.word in facts.values():
                content = self.by_place.get(record.data["content"])
                if content is None or facts.get(content.word) != record.word:
                    self.find("content-lost", f"{record.place} {record.word} names no content of its own")
            if record.word not in facts:
                continue
            fact = self.by_place.get(record.place - 1)
            named = fact is not None and fact.word == facts[record.word] and fact.data["content"] == record.place
            if not named or fact.about != record.about:
                self.find("content-apart", f"{record.place} {record.word} does not lie behind its fact")
            if record.word == "content.ignored":
                continue
            whose = record.data["contact" if record.word == "content.contact" else "conversation"]
            if record.data["prev"] != chains.get(whose, 0):
                self.find("chain", f"{record.place} of {whose} names {record.data['prev']}, not {chains.get(whose, 0)}")
            chains[whose] = record.place

    def check_conversations(self):
        open_now = {}
        for record in self.records:
            conversation = record.data.get("conversation")
            if record.word == "conversation.opened":
                if conversation in open_now:
                    self.find("conversation-twice", f"{record.place} opens {conversation} again")
                open_now[conversation] = True
            elif conversation is not None and conversation not in open_now:
                self.find("conversation-unknown", f"{record.place} {record.word} is of {conversation}, never opened")
            elif record.word in ("conversation.resolved", "conversation.reopened"):
                reopened = record.word == "conversation.reopened"
                if open_now[conversation] == reopened:
                    self.find("conversation-state", f"{record.place} {record.word} changes nothing")
                open_now[conversation] = reopened
        for conversation, is_open in open_now.items():
            if is_open and not self.running:
                self.find("conversation-open", f"{conversation} was not resolved")

    # Offers, and who holds what.

    def check_offers(self):
        made, ended = {}, {}
        units, present, load = {}, {}, {}
        holder, pending = {}, {}
        for record in self.records:
            data = record.data
            self.note_presence(record, units, present)
            if record.word == "offer.made":
                offer, interaction, agent = data["offer"], data["interaction"], data["agent"]
                if offer in made:
                    self.find("offer-made-twice", f"{record.place} makes {offer} again")
                if interaction in pending or interaction in holder:
                    self.find("two-offers", f"{record.place} offers {interaction}, which is offered or held")
                if present.get(agent) != {"available"}:
                    self.find("offer-to-absent", f"{record.place} offers {interaction} to {agent}, who is not there")
                made[offer] = record
                pending[interaction] = (agent, data["units"])
                load.setdefault(agent, {})[interaction] = data["units"]
                if sum(load[agent].values()) > units.get(agent, 0):
                    self.find("over-capacity", f"{record.place} gives {agent} more than {units.get(agent)} units")
            elif record.word in OFFER_ENDS:
                self.end_offer(record, made, ended, pending, holder, load)
            elif record.word in ("interaction.closed", "interaction.queued"):
                interaction = data["interaction"]
                agent = holder.pop(interaction, None)
                if agent is not None:
                    load.get(agent, {}).pop(interaction, None)
        for offer in made:
            if offer not in ended and not self.running:
                self.find("offer-open", f"{offer} has no end")

    def end_offer(self, record, made, ended, pending, holder, load):
        offer, interaction, agent = (record.data[name] for name in ("offer", "interaction", "agent"))
        if offer not in made:
            self.find("offer-unknown", f"{record.place} ends {offer}, which was never made")
        if offer in ended:
            self.find("offer-ended-twice", f"{offer} ends at {ended[offer]} and at {record.place}")
        ended[offer] = record.place
        pending.pop(interaction, None)
        if record.word == "offer.accepted":
            if interaction in holder:
                self.find("two-holders", f"{record.place} gives {interaction} to {agent}, {holder[interaction]} has it")
            holder[interaction] = agent
        elif holder.get(interaction) is None:
            load.get(agent, {}).pop(interaction, None)

    def note_presence(self, record, units, present):
        agent = record.data.get("agent")
        if record.word == "agent.upserted":
            units[agent] = record.data["capacity"]["units"]
        elif record.word == "agent.signed_in":
            present[agent] = {"available"}
        elif record.word == "agent.presence_changed":
            present[agent] = {record.data["presence"]} | (present.get(agent, set()) & {"lost"})
        elif record.word == "agent.lost":
            present.setdefault(agent, set()).add("lost")
        elif record.word == "agent.returned":
            present.setdefault(agent, set()).discard("lost")
        elif record.word in ("agent.signed_out", "agent.removed"):
            present[agent] = set()

    # Promises.

    def check_clocks(self):
        clocks = {}
        self.cycles = {}
        for record in self.records:
            if record.word.startswith("sla."):
                self.check_clock(record, clocks)
            elif record.word.startswith("escalation."):
                self.check_escalation(record, clocks)
        for name, clock in clocks.items():
            if clock["end"] is None:
                if not self.running:
                    self.find("clock-open", f"{name} has no end")
            else:
                self.check_whole_clock(name, clock)

    def check_clock(self, record, clocks):
        name = record.data["clock"]
        if record.word == "sla.started":
            if name in clocks:
                self.find("clock-started-twice", f"{record.place} starts {name} again")
            data = record.data
            cycle = (data["conversation"], (data.get("promise") or {}).get("metric"), data["cycle"])
            if self.cycles.setdefault(cycle, name) != name:
                self.find("cycle-twice", f"{record.place} starts {name} for {cycle}, as {self.cycles[cycle]} did")
            clocks[name] = {"start": record, "end": None, "warned": set(), "breach": None, "rungs": [],
                            "breaches": 0, "acked": False}
            return
        clock = clocks.get(name)
        if clock is None:
            return self.find("clock-unknown", f"{record.place} {record.word} is of {name}, which never started")
        if record.word in CLOCK_ENDS:
            if clock["end"] is not None:
                self.find("clock-ended-twice", f"{record.place} {record.word} ends {name} again")
            clock["end"] = record
            return
        if clock["end"] is not None and "retract" not in record.word:
            self.find("clock-after-end", f"{record.place} {record.word} comes after the end of {name}")
        if record.word == "sla.warned":
            if record.data["warning"] in clock["warned"]:
                self.find("warned-twice", f"{record.place} gives a warning of {name} again")
            clock["warned"].add(record.data["warning"])
        elif record.word == "sla.breached":
            clock["breaches"] += 1
            if clock["breach"] is not None:
                self.find("breached-twice", f"{record.place} breaches {name} again")
            clock["breach"] = record
            if record.time <= clock["start"].data["due"]:
                self.find("breach-early", f"{record.place} breaches {name} before its time")
        elif "retract" in record.word:
            clock["breach"] = None

    def check_escalation(self, record, clocks):
        name = record.data["escalation"]
        clock = clocks.get(name)
        if clock is None:
            return self.find("clock-unknown", f"{record.place} {record.word} is of {name}, which never started")
        if record.word == "escalation.acked":
            clock["acked"] = True
        if record.word != "escalation.raised":
            return
        if clock["breaches"] == 0:
            self.find("escalated-unbreached", f"{record.place} escalates {name}, which was not breached")
        if record.time < record.data["due"]:
            self.find("escalated-early", f"{record.place} is before its time {record.data['due']}")
        if clock["end"] is not None:
            self.find("clock-after-end", f"{record.place} escalates {name} after its end")
        for rung in sorted(record.data.get("skipped", [])) + [record.data["rung"]]:
            if rung in clock["rungs"]:
                self.find("escalated-twice", f"{record.place} raises rung {rung} of {name} again")
            elif clock["rungs"] and rung != clock["rungs"][-1] + 1 or not clock["rungs"] and rung != 1:
                self.find("rungs", f"{record.place} raises rung {rung} of {name} behind {clock['rungs']}")
            clock["rungs"].append(rung)

    def check_whole_clock(self, name, clock):
        start, end = clock["start"], clock["end"]
        late = end.data["ended_at"] > start.data["due"]
        if end.word == "sla.met" and late:
            self.find("met-but-late", f"{name} was due {start.data['due']} and met {end.data['ended_at']}")
        if end.word == "sla.met_late" and not late:
            self.find("late-but-met", f"{name} was due {start.data['due']} and met {end.data['ended_at']}")
        if clock["breach"] is None and clock["breaches"] == 0 and clock["rungs"]:
            self.find("escalated-unbreached", f"{name} was escalated and never breached")
        # What is promised no more is not measured to its end.
        if end.data.get("cause") == "policy_removed":
            return
        # Who resolves within the grace for late stops cancels what was not breached yet.
        certain = end.data["ended_at"] > start.data["breach_at"] or end.word == "sla.met_late"
        if certain and clock["breach"] is None:
            self.find("breach-missing", f"{name} ended {end.data['ended_at']} without a breach")
        ladder = (start.data.get("promise") or {}).get("ladder") or {"rungs": []}
        for number, rung in enumerate(ladder["rungs"], 1):
            due = instant(start.data["due"]) + datetime.timedelta(milliseconds=rung["after_ms"])
            owed = clock["breach"] is not None and due < instant(end.data["ended_at"]) and not clock["acked"]
            if owed and number not in clock["rungs"] and clock["breach"].place < end.place - 1:
                self.find("escalation-missing", f"rung {number} of {name} was due {due} and never raised")

    # The site.

    def check_policies(self):
        """What was adopted is applied, unless another policy was adopted meanwhile; nothing else is."""
        adopted, applied = None, True
        for record in self.of("policy.adopted", "policy.applied"):
            digest = record.data["digest"]
            if record.word == "policy.adopted":
                adopted, applied = digest, False
            elif digest != adopted or applied:
                self.find("policy-applied", f"{record.place} applies {digest}, adopted is {adopted}")
            else:
                applied = True
        if not applied and not self.running:
            self.find("policy-unapplied", f"{adopted} was adopted and not applied to its end")
        allowed = self.ledger.get("policies")
        for record in self.of("policy.adopted"):
            if allowed is not None and record.data["digest"] not in allowed:
                self.find("policy-unknown", f"{record.place} adopts {record.data['digest']}, which nobody asked for")

    def check_epochs(self):
        newest, instances = 0, {}
        for record in self.of("site.led"):
            epoch = record.data["epoch"]
            if epoch in instances:
                self.find("epoch-twice", f"{record.place} leads in {epoch}, as {instances[epoch]} did")
            elif epoch < newest:
                self.find("epoch-falls", f"{record.place} leads in {epoch} behind {newest}")
            newest = max(newest, epoch)
            instances[epoch] = record.data["instance"]

    def check_commands(self):
        keys = {}
        for record in self.records:
            if record.command is None:
                continue
            if record.command in keys:
                self.find("command-twice", f"one command has its effect at {keys[record.command]} and {record.place}")
            keys[record.command] = record.place
        answers = {}
        for answer in self.ledger.get("answers", []):
            record = self.by_place.get(answer["seq"])
            if record is None or record.word != answer["event"] or record.actor != answer["actor"]:
                self.find("answer-lost", f"{answer} was answered, and record {answer['seq']} is another")
            key = (answer["actor"], answer["id"])
            if answers.setdefault(key, answer["seq"]) != answer["seq"]:
                self.find("answer-differs", f"{key} was answered {answers[key]} and {answer['seq']}")
        texts = {}
        for record in self.of("content.reply"):
            text = record.data["reply"]["text"]
            if text in texts:
                self.find("reply-twice", f"the reply of {texts[text]} was given again at {record.place}")
            texts[text] = record.place

    # What was not understood.

    def check_dead(self):
        refused = {record.place: record for record in self.of("input.refused")}
        inputs = {message["seq"]: message for message in self.streams["IN"]}
        buried, mark = {}, (0, -1)
        for message in self.streams["DEAD"]:
            headers = message["headers"]
            place = int(headers.get("Switchboard-Seq", 0))
            record = refused.get(place)
            if (place, int(headers.get("Switchboard-Ordinal", 0))) <= mark:
                self.find("dead-order", f"{message['seq']} of DEAD is of {place}, the one before of {mark[0]}")
            mark = (place, int(headers.get("Switchboard-Ordinal", 0)))
            told = (headers.get("Switchboard-Code"), headers.get("Switchboard-Reason"))
            if record is None or told != (record.data["code"], record.data["reason"]):
                self.find("dead-cause", f"{message['seq']} of DEAD says {told}, which no record {place} says")
            elif record.inseq in inputs and inputs[record.inseq]["data"] != message["data"]:
                self.find("dead-payload", f"{message['seq']} of DEAD is not input {record.inseq}")
            if place in buried:
                self.find("dead-twice", f"the input of {place} is at {buried[place]} and {message['seq']} of DEAD")
            buried[place] = message["seq"]
        for place in refused:
            if place not in buried and not self.running:
                self.find("dead-lost", f"the input refused at {place} is not in DEAD")
        self.check_malformed(refused)

    def check_malformed(self, refused):
        bodies = [(message["headers"].get("Switchboard-Code"), json.dumps(message["data"]))
                  for message in self.streams["DEAD"]]
        for malformed in self.ledger["malformed"]:
            codes = [code for code, body in bodies if malformed["marker"] in body]
            if not codes and malformed["certain"]:
                self.find("dead-lost", f"{malformed['marker']} was acknowledged and is not in DEAD")
            if len(codes) > 1:
                self.find("dead-twice", f"{malformed['marker']} is in DEAD {len(codes)} times")
            if codes and codes[0] != malformed["code"]:
                self.find("dead-reason", f"{malformed['marker']} is in DEAD for {codes[0]}, not {malformed['code']}")
        if len(self.ledger["malformed"]) < len(refused):
            self.find("refused-unknown", f"{len(refused)} refused, only {len(self.ledger['malformed'])} malformed")


# Reading.


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def parsed(payload):
    """JSON as such, anything else as text."""
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", "backslashreplace")


async def read_stream(js, name):
    from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

    info = await js.stream_info(name)
    last, messages = info.state.last_seq, []
    if info.state.messages == 0:
        return messages
    config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.NONE, mem_storage=True)
    subscription = await js.pull_subscribe("", stream=name, config=config)
    while not messages or messages[-1]["seq"] < last:
        for message in await subscription.fetch(500, timeout=30):
            messages.append({
                "seq": message.metadata.sequence.stream,
                "subject": message.subject,
                "headers": dict(message.headers or {}),
                "data": parsed(message.data),
            })
    await subscription.unsubscribe()
    return messages


async def read(args):
    import nats

    client = await nats.connect(args.server, user=args.user, password=args.password,
                                inbox_prefix=f"_INBOX.{args.user}".encode())
    js = client.jetstream(timeout=30)
    stem = args.prefix.upper()
    streams = {name: await read_stream(js, f"{stem}_{name}") for name in ("DEAD", "EVENTS", "IN")}
    await client.close()
    return streams


def dump(streams, path):
    with open(path, "w", encoding="utf-8") as file:
        for name, messages in streams.items():
            for message in messages:
                file.write(json.dumps({"stream": name, **message}, ensure_ascii=False, sort_keys=True) + "\n")


def load(path):
    streams = {"IN": [], "EVENTS": [], "DEAD": []}
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        message = json.loads(line)
        streams[message.pop("stream")].append(message)
    return streams


# The test of the judge itself.


def pick(messages, wanted):
    """The nth message of a type, or of any."""
    kind = f"switchboard.{wanted['type']}.v1" if "type" in wanted else None
    chosen = [message for message in messages
              if kind is None or isinstance(message["data"], dict) and message["data"].get("type") == kind]
    return chosen[wanted.get("nth", 0)]


def put(target, path, value):
    for step in path[:-1]:
        target = target[step]
    if value is None:
        target.pop(path[-1], None)
    else:
        target[path[-1]] = value


def edit(streams, ledger, change):
    """`drop`, `repeat` (at the end, with a place of its own), `set` a member, or `ledger`: set one there."""
    if change["do"] == "ledger":
        target = ledger
        for step in change["path"][:-1]:
            target = target[step]
        if isinstance(target, list):
            target.append(change["to"])
        else:
            target[change["path"][-1]] = change["to"]
        return
    messages = streams[change.get("stream", "EVENTS")]
    message = pick(messages, change)
    if change["do"] == "drop":
        messages.remove(message)
    elif change["do"] == "set":
        put(message, change["path"], change["to"])
    elif change["do"] == "repeat":
        again, last = copy.deepcopy(message), messages[-1]
        again["seq"] = last["seq"] + 1
        again["headers"] = {name: value for name, value in again["headers"].items() if "Batch" not in name}
        if isinstance(again["data"], dict) and "inseq" in again["data"]:
            again["data"].update(seq=str(again["seq"]), time=last["data"]["time"], inseq=last["data"]["inseq"])
        for path, value in change.get("with", []):
            put(again, path, value)
        messages.append(again)


def self_test(folder):
    folder = pathlib.Path(folder)
    whole = load(folder / "whole.jsonl")
    ledger = json.loads((folder / "ledger.json").read_text(encoding="utf-8"))
    wrong = [f"whole: {code}: {text}" for code, text in Judge(whole, ledger, "switchboard", False).judge()]
    cases, untested = 0, set(re.findall(r'find\("([a-z-]+)"', pathlib.Path(__file__).read_text(encoding="utf-8")))
    for line in (folder / "doctored.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        streams, told = copy.deepcopy(whole), copy.deepcopy(ledger)
        for change in case["edits"]:
            edit(streams, told, change)
        found = {code for code, _ in Judge(streams, told, "switchboard", False).judge()}
        if case["finding"] not in found:
            wrong.append(f"{case['finding']}: not found; found {sorted(found)}")
        untested.discard(case["finding"])
        cases += 1
    wrong += [f"{code}: no doctored journal leads to it" for code in sorted(untested)]
    for line in wrong:
        print(line)
    print(f"{cases} doctored journals, {len(wrong)} misjudged")
    return 1 if wrong or cases == 0 else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--server", "--user", "--password", "--prefix", "--ledger", "--dump", "--self-test", "--from"):
        parser.add_argument(name, dest=name.strip("-").replace("-", "_").replace("from", "source"))
    parser.add_argument("--running", action="store_true")
    args = parser.parse_args()
    if args.self_test:
        return self_test(args.self_test)
    streams = load(args.source) if args.source else asyncio.run(read(args))
    if args.dump:
        dump(streams, args.dump)
    ledger = json.loads(pathlib.Path(args.ledger).read_text(encoding="utf-8"))
    judge = Judge(streams, ledger, args.prefix, args.running)
    findings = judge.judge()
    for code, text in findings:
        print(f"finding: {code}: {text}")
    counts = ", ".join(f"{len(messages)} in {name}" for name, messages in streams.items())
    breaches, raised = len(judge.of("sla.breached")), len(judge.of("escalation.raised"))
    print(f"read {counts}; {len(judge.of('site.led'))} terms, {len(judge.of('offer.made'))} offers, "
          f"{breaches} breaches, {raised} escalations, {len(judge.foreign)} foreign; {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
