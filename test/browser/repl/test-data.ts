/** The shared test data, as the test server hands it out; null when this checkout has none. */

export interface ReplCase {
  readonly id: string;
  readonly kind: string;
  readonly official_quirk?: string;
  readonly input: {
    readonly context: unknown;
    readonly tools_py: string | null;
    readonly extra_contexts: readonly unknown[] | null;
    readonly histories: readonly unknown[] | null;
    readonly sub_rule: string | null;
    readonly cells: readonly string[];
  };
  readonly expect: { readonly cells: readonly ExpectedCell[] };
}

export interface ExpectedCell {
  readonly stdout: string;
  readonly stderr: string;
  readonly var_names: readonly string[];
  readonly n_calls: number;
  readonly final_answer: string | null;
}

export interface RecordedLog {
  readonly log: string;
  readonly context: string | null;
  readonly context_file: string | null;
  readonly context_var: string;
  readonly cells: readonly { readonly code: string; readonly stdout: string; readonly stderr: string }[];
}

async function load(path: string): Promise<Response | null> {
  const response = await fetch(`/test-data/${path}`);
  return response.ok ? response : null;
}

export function protocolCases(): Promise<readonly ReplCase[] | null> {
  return casesOfKind<ReplCase>('repl');
}

/** The protocol cases of one kind. */
export async function casesOfKind<T>(kind: string): Promise<readonly T[] | null> {
  const file = (await (await load('protocol-cases.json'))?.json()) as
    { cases: (T & { kind: string })[] } | undefined;
  return file?.cases.filter((one) => one.kind === kind) ?? null;
}

export async function recordedCells(): Promise<readonly RecordedLog[] | null> {
  return ((await (await load('recorded-cells.json'))?.json()) as RecordedLog[] | undefined) ?? null;
}

/** The context of the OOLONG-Pairs logs. */
export async function pairsContext(): Promise<string> {
  const file = await load('oolong-pairs/context.txt');
  if (!file) throw new Error('oolong-pairs/context.txt is missing from the test data');
  return file.text();
}
