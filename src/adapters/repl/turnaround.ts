/** How soon the interpreters of a tree come back, to tell whether waiting for one beats starting another. */

interface Tree {
  /** Time they were out, of those that came back. */
  spentMs: number;
  back: number;
  /** Since when each of the others is out. */
  readonly out: Map<object, number>;
}

export class Turnaround {
  readonly #trees = new Map<string, Tree>();

  /** An interpreter was taken, and will be handed on when its run has ended. */
  left(worker: object, treeId: string, now: number): void {
    const tree = this.#trees.get(treeId) ?? { spentMs: 0, back: 0, out: new Map() };
    this.#trees.set(treeId, tree);
    tree.out.set(worker, now);
  }

  /** It can be handed on. */
  cameBack(worker: object, treeId: string, now: number): void {
    const tree = this.#trees.get(treeId);
    const since = tree?.out.get(worker);
    if (!tree || since === undefined) return;
    tree.out.delete(worker);
    tree.spentMs += now - since;
    tree.back++;
  }

  /** It cannot be counted on: it is gone, or waits for runs that need interpreters themselves. */
  lost(worker: object, treeId: string): void {
    this.#trees.get(treeId)?.out.delete(worker);
  }

  forget(treeId: string): void {
    this.#trees.delete(treeId);
  }

  /**
   * Milliseconds until so many have been served by those that are out; infinite when none is. The mean takes in how
   * long those have been out already, so that slow ones are noticed before the first has come back.
   */
  waitMs(treeId: string, wanting: number, now: number): number {
    const tree = this.#trees.get(treeId);
    if (!tree || tree.out.size === 0) return Infinity;
    return (meanMs(tree, now) * wanting) / tree.out.size;
  }

  /** Whether so many are out and each comes back so soon that it can have done little but compute. */
  keepsBusy(treeId: string, cores: number, soonMs: number, now: number): boolean {
    const tree = this.#trees.get(treeId);
    return tree !== undefined && tree.back > 0 && tree.out.size >= cores && meanMs(tree, now) < soonMs;
  }
}

function meanMs(tree: Tree, now: number): number {
  let spentMs = tree.spentMs;
  for (const since of tree.out.values()) spentMs += now - since;
  return spentMs / Math.max(1, tree.back);
}
