/** One plain sub-call: the prompt as given, refused when it cannot fit; a reply in words, or JSON that a schema accepts. */

import { SondeError, toProblem } from '../errors';
import type { ChatMessage, ChatModel, JsonSchema, ReplyShape } from '../ports';
import type { ReplyRepair } from '../record/events';
import { findJson, jsonInstruction, repairRequest } from '../turn/json-reply';
import type { SchemaCheck } from '../turn/json-schema';
import { charsThatFit, inputRoomTokens } from '../turn/sizes';
import { callModel, type CallRequest, type ModelReply } from './call-model';
import type { CallKind } from './ledger';

/** A schema, and how values are checked against it; compiled once for a batch. */
export interface CallSchema {
  readonly schema: JsonSchema;
  readonly check: Promise<SchemaCheck>;
}

export interface PlainCall extends Omit<CallRequest, 'kind' | 'shape' | 'maxOutputTokens'> {
  readonly model: ChatModel;
  readonly prompt: string;
  readonly schema: CallSchema | null;
  /** What its first request counts as. */
  readonly first: CallKind;
  /** Told of every reply that came, those that were not taken included. */
  readonly onReply: (reply: ModelReply) => void;
  /** The first reply was not taken; the model is about to be asked once more. */
  readonly onRepair: (repair: ReplyRepair) => void;
}

/** Windows below this are so small that a reply is kept from overrunning them. */
const BOUNDED_WINDOW = 32_000;

/**
 * The reply, or the JSON in it exactly as the model wrote it.
 * @throws SondeError `prompt-too-large` before anything is sent, `bad-response` when two replies did not match the
 * schema, or what the model throws
 */
export async function answerPlainly(call: PlainCall): Promise<string> {
  const { schema, prompt } = call;
  if (schema === null) return (await ask(call, call.first, [user(prompt)])).text;
  const check = await schema.check.catch((error: unknown) => {
    const message = `The schema cannot be used. ${toProblem(error).message}`;
    throw new SondeError({ code: 'invalid-argument', message }, { cause: error });
  });
  return answerInJson(call, schema.schema, check);
}

async function answerInJson(call: PlainCall, schema: JsonSchema, check: SchemaCheck): Promise<string> {
  const { model } = call;
  const first = await askForJson(call, schema);
  const found = judge(first.reply, check);
  if ('text' in found) return found.text;
  call.onRepair({ reply: first.reply.text, complaint: found.complaint });
  const second = await ask(call, 'repair', repairMessages(call, first, schema, found.complaint), first.shape);
  const repaired = judge(second, check);
  if ('text' in repaired) return repaired.text;
  throw new SondeError({
    code: 'bad-response',
    message: `${model.name} did not give JSON that matches the schema, asked twice. ${repaired.complaint}`,
  });
}

interface Asked {
  readonly prompt: string;
  readonly reply: ModelReply;
  readonly shape: ReplyShape | undefined;
}

/** Held to the schema where the model can be; else, or when its engine cannot compile the schema, asked in words. */
async function askForJson(call: PlainCall, schema: JsonSchema): Promise<Asked> {
  const { model } = call;
  const inWords = `${call.prompt}\n\n${jsonInstruction(schema)}`;
  if (model.shapes?.includes('json')) {
    const shape = { kind: 'json', schema } as const;
    // An engine's grammar only rules words out: the model itself sees nothing of the schema but what the prompt says.
    const prompt = model.engine === undefined ? call.prompt : inWords;
    try {
      return { prompt, shape, reply: await ask(call, call.first, [user(prompt)], shape) };
    } catch (error) {
      if (!(error instanceof SondeError && error.code === 'grammar')) throw error;
      return { prompt: inWords, shape: undefined, reply: await ask(call, 'repair', [user(inWords)]) };
    }
  }
  return { prompt: inWords, shape: undefined, reply: await ask(call, call.first, [user(inWords)]) };
}

function judge(reply: ModelReply, check: SchemaCheck): { text: string } | { complaint: string } {
  const found = findJson(reply.text);
  if (!found)
    return {
      complaint: reply.finish === 'length' ? 'It was cut off before it was complete.' : 'It is not JSON.',
    };
  try {
    const complaint = check(found.value);
    return complaint === null ? { text: found.text } : { complaint };
  } catch (error) {
    throw new SondeError({ code: 'invalid-argument', message: toProblem(error).message }, { cause: error });
  }
}

/** The conversation goes on where there is room for it; else the prompt is asked again with the complaint below. */
function repairMessages(
  call: PlainCall,
  { prompt, reply }: Asked,
  schema: JsonSchema,
  complaint: string,
): readonly ChatMessage[] {
  const again = repairRequest(schema, complaint);
  const whole = [user(prompt), { role: 'assistant', content: reply.text } as const, user(again)];
  const gauge = call.tree.gauge(call.model);
  const fits = gauge.messages(whole) <= inputRoomTokens(call.model.contextTokens);
  return fits && reply.text.trim() !== '' ? whole : [user(`${call.prompt}\n\n${again}`)];
}

/** @throws SondeError `prompt-too-large` with the sizes, so that the code can split the prompt */
async function ask(
  call: PlainCall,
  kind: CallRequest['kind'],
  messages: readonly ChatMessage[],
  shape?: ReplyShape,
): Promise<ModelReply> {
  const { model } = call;
  const text = messages.map(({ content }) => content).join('');
  const tokens = call.tree.gauge(model).text(text);
  const room = inputRoomTokens(model.contextTokens);
  if (tokens > room) {
    const chars = charsThatFit(text, tokens, room);
    throw new SondeError({
      code: 'prompt-too-large',
      message: `the prompt has ${text.length} characters (about ${tokens} tokens), ${model.name} takes about ${chars} characters of such text (${room} tokens). Split it into smaller parts.`,
    });
  }
  const { contextTokens } = model;
  const maxOutputTokens = contextTokens < BOUNDED_WINDOW ? contextTokens - tokens : undefined;
  const reply = await callModel(model, messages, {
    ...call,
    kind,
    maxOutputTokens,
    ...(shape && { shape }),
  });
  call.onReply(reply);
  return reply;
}

function user(content: string): ChatMessage {
  return { role: 'user', content };
}
