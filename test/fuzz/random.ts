/** Chance that comes the same again from the same seed (xoshiro128**). */

export class Random {
  #state: [number, number, number, number];

  constructor(seed: number) {
    // splitmix32 spreads seeds that lie close together.
    let mix = seed >>> 0;
    const next = (): number => {
      mix = (mix + 0x9e3779b9) >>> 0;
      let z = mix;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    };
    this.#state = [next(), next(), next(), next()];
  }

  /** Of 32 bits. */
  bits(): number {
    const state = this.#state;
    const result = Math.imul(rotated(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotated(state[3], 11);
    return result;
  }

  /** Whole, from 0 to below `end`. */
  below(end: number): number {
    return end <= 1 ? 0 : Math.floor((this.bits() / 0x100000000) * end);
  }

  chance(share: number): boolean {
    return this.bits() < share * 0x100000000;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new RangeError('nothing to pick from');
    return choice;
  }

  /** Mostly small, now and then as large as can be. */
  size(most: number): number {
    return 1 + this.below(Math.min(most, 2 ** this.below(Math.ceil(Math.log2(most + 1)) + 1)));
  }
}

function rotated(value: number, by: number): number {
  return ((value << by) | (value >>> (32 - by))) >>> 0;
}
