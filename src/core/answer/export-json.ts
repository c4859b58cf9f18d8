/** An answer with its evidence as JSON, for other programs: every position in code points, every verdict spelled out. */

import * as v from 'valibot';
import type { RunTree } from '../record/tree';
import type { Evidence } from './evidence';

const amount = v.pipe(v.number(), v.minValue(0));
const position = v.pipe(v.number(), v.integer(), v.minValue(0));

const evidenceSchema = v.object({
  /** As the answer has it. */
  text: v.string(),
  /** True: it stands in the document word for word. False: in none. Null: the documents were not there to look into. */
  verified: v.nullable(v.boolean()),
  documentId: v.nullable(v.string()),
  name: v.nullable(v.string()),
  /** Code points of the document, end exclusive. */
  start: v.nullable(position),
  end: v.nullable(position),
  /** In words, e.g. `report.pdf, p. 212`. */
  where: v.nullable(v.string()),
  /** The passage as the document has it, and what stands around it. */
  context: v.nullable(v.object({ before: v.string(), passage: v.string(), after: v.string() })),
});

const modelSchema = v.object({ name: v.string(), host: v.nullable(v.string()) });

/** Anyone may check a file against this before reading it. */
export const answerFileSchema = v.object({
  format: v.literal('sonde-answer'),
  version: v.literal(1),
  runId: v.string(),
  question: v.nullable(v.string()),
  answer: v.string(),
  status: v.picklist(['running', 'answered', 'partial', 'stopped', 'failed', 'broken']),
  /** Why it is not `answered`. */
  problem: v.nullable(v.object({ code: v.string(), message: v.string() })),
  /** ISO 8601, UTC. */
  askedAt: v.pipe(v.string(), v.isoTimestamp()),
  durationMs: v.nullable(amount),
  corpus: v.object({
    id: v.nullable(v.string()),
    name: v.nullable(v.string()),
    documents: v.array(v.object({ id: v.string(), name: v.string(), chars: position })),
  }),
  quotations: v.array(evidenceSchema),
  citations: v.array(evidenceSchema),
  models: v.object({ root: modelSchema, sub: modelSchema }),
  /** By the model's name; `costUsd` is null when no price is known. */
  usage: v.record(
    v.string(),
    v.object({ calls: position, inputTokens: position, outputTokens: position, costUsd: v.nullable(amount) }),
  ),
});

export type AnswerFile = v.InferOutput<typeof answerFileSchema>;

export function answerFile({ run, usage }: RunTree, evidence: readonly Evidence[]): AnswerFile {
  const { corpusId, corpusName, documents } = run.context;
  const of = (kind: Evidence['kind']) => evidence.filter((item) => item.kind === kind).map(toEntry);
  return {
    format: 'sonde-answer',
    version: 1,
    runId: run.id,
    question: run.question,
    answer: run.answer,
    status: run.status,
    problem: run.problem && { code: run.problem.code, message: run.problem.message },
    askedAt: new Date(run.startedAtMs).toISOString(),
    durationMs: run.durationMs,
    corpus: {
      id: corpusId,
      name: corpusName,
      documents: documents.map(({ id, name, chars }) => ({ id, name, chars })),
    },
    quotations: of('quotation'),
    citations: of('citation'),
    models: { root: label(run.root), sub: label(run.sub) },
    usage: structuredClone(usage),
  };
}

function toEntry({
  text,
  verdict,
  span,
  documentName,
  where,
  source,
}: Evidence): AnswerFile['quotations'][number] {
  return {
    text,
    verified: verdict === 'unchecked' ? null : verdict === 'found',
    documentId: span?.documentId ?? null,
    name: documentName,
    start: span?.start ?? null,
    end: span?.end ?? null,
    where,
    context: source && { before: source.before, passage: source.passage, after: source.after },
  };
}

function label({ name, host }: RunTree['run']['root']): { name: string; host: string | null } {
  return { name, host };
}
