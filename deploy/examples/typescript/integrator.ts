// An integrator from end to end: publishes a message as a gateway, answers it as an agent, and reads the events.
//
//   npm ci && npm start -- --password-file ../password --source main-line
//
// Prints each event as one line of JSON, and ends once the reply is an event.

import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { AckPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { PREFIX, ask, connect, query, type Fact } from "./switchboard.js";

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "nats://127.0.0.1:4222" },
    "password-file": { type: "string", default: "password" },
    agent: { type: "string", default: "ana" },
    reader: { type: "string", default: "warehouse" },
    source: { type: "string", default: "main-line" },
    sender: { type: "string", default: "+639181230002" },
    text: { type: "string", default: "Where is my parcel?" },
    reply: { type: "string", default: "On its way, tomorrow at your door." },
  },
});
const options = { url: values.url, passwordFile: values["password-file"] };

/** Brings an SMS in. The acknowledgement says that it is stored; without one, publish again, same id. */
async function publish(gateway: NatsConnection): Promise<number> {
  const message = { message_id: randomUUID(), from: values.sender, text: values.text, language: "en" };
  const ack = await jetstream(gateway).publish(`${PREFIX}.in.sms.${values.source}`, JSON.stringify(message));
  return ack.seq;
}

/** The event stream from where this reader stood, in order, acknowledged one by one. */
async function* facts(client: NatsConnection, reader: string): AsyncGenerator<Fact> {
  const stream = `${PREFIX.toUpperCase()}_EVENTS`;
  const manager = await jetstreamManager(client, { checkAPI: false });
  await manager.consumers.add(stream, {
    durable_name: reader,
    filter_subject: `${PREFIX}.evt.>`,
    ack_policy: AckPolicy.Explicit,
  });
  const consumer = await jetstream(client, { checkAPI: false }).consumers.get(stream, reader);
  for await (const stored of await consumer.consume()) {
    yield stored.json<Fact>();
    stored.ack();
  }
}

const gateway = await connect(options, "gateway");
const desktop = await connect(options, values.agent);
const reader = await connect(options, values.reader);

await ask(desktop, values.agent, "agent.sign_in");
const inseq = await publish(gateway);
let conversation: unknown;
for await (const fact of facts(reader, values.reader)) {
  const name = fact.type.replace(`${PREFIX}.`, "").replace(/\.v1$/, "");
  console.log(JSON.stringify({ seq: fact.seq, event: name, data: fact.data }));
  if (name === "message.received" && Number(fact.inseq) === inseq) conversation = fact.data["conversation"];
  if (conversation === undefined || fact.data["conversation"] !== conversation) continue;
  if (name === "offer.made" && fact.data["agent"] === values.agent) {
    await ask(desktop, values.agent, "offer.accept", { offer: fact.data["offer"] });
    const shown = await query(desktop, values.agent, "conversation.get", { conversation });
    console.error("the conversation has", (shown["messages"] as unknown[]).length, "message");
    await ask(desktop, values.agent, "conversation.reply", { conversation, text: values.reply });
  }
  if (name === "message.replied") break;
}
await ask(desktop, values.agent, "conversation.resolve", { conversation });
await ask(desktop, values.agent, "agent.sign_out");
for (const client of [gateway, desktop, reader]) await client.close();
