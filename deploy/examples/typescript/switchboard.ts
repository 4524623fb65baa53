// What a program needs to talk to Switchboard: a connection under its own name, and asking.
// Nothing here is an SDK: it is an ordinary NATS client, to copy and to change.

import { readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { connect as connectNats, type NatsConnection } from "@nats-io/transport-node";

export const PREFIX = "switchboard";

/** How often a request is made again whose outcome is not known: with the same id it has one effect. */
const TRIES = 20;

export interface Options {
  url: string;
  passwordFile: string;
}

/** A refusal is an answer too: `ok` is false, and `error` says why. */
export interface Answer {
  ok: boolean;
  seq?: number;
  error?: { code: string; message: string };
  [member: string]: unknown;
}

/** A fact of the journal: a CloudEvent. */
export interface Fact {
  type: string;
  seq: number | string;
  inseq: number | string;
  data: Record<string, unknown>;
}

/** Every user has an inbox prefix of its own: without it no answer ever arrives. */
export async function connect(options: Options, user: string): Promise<NatsConnection> {
  return connectNats({
    servers: options.url,
    user,
    pass: readFileSync(options.passwordFile, "utf8").trim(),
    inboxPrefix: `_INBOX.${user}`,
  });
}

async function pause(attempt: number): Promise<void> {
  const milliseconds = Math.min(100 * 2 ** attempt, 2_000);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A command or a query, made again while nobody leads or the answer is lost. A command's `id` stands for one act. */
async function request(client: NatsConnection, subject: string, body: object): Promise<Answer> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    try {
      const reply = await client.request(subject, JSON.stringify(body), { timeout: 5_000 });
      const answer = reply.json<Answer>();
      if (!["unavailable", "busy"].includes(answer.error?.code ?? "")) return answer;
    } catch {
      // Nobody leads just now, or the answer was lost: both pass.
    }
    await pause(attempt);
  }
  throw new Error(`${subject}: nobody answers; is a daemon leading? see \`switchboard status\``);
}

/** A command, under an id of its own; its answer, or the daemon's refusal as an error. */
export async function ask(client: NatsConnection, actor: string, verb: string, body: object = {}): Promise<Answer> {
  return expect(await request(client, `${PREFIX}.api.${actor}.${verb}`, { id: randomUUID(), ...body }), verb);
}

/** A query: it has no id, since it changes nothing. */
export async function query(client: NatsConnection, actor: string, verb: string, body: object = {}): Promise<Answer> {
  return expect(await request(client, `${PREFIX}.api.${actor}.${verb}`, body), verb);
}

function expect(answer: Answer, verb: string): Answer {
  if (!answer.ok) throw new Error(`${verb}: ${answer.error?.code}: ${answer.error?.message}`);
  return answer;
}
