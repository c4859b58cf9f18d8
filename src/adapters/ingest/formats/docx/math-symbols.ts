/** Characters of equations: their names in LaTeX, which stand between others, and which can be raised or lowered. */

const NAMES = `
α alpha β beta γ gamma δ delta ε varepsilon ϵ epsilon ζ zeta η eta θ theta ϑ vartheta ι iota κ kappa λ lambda μ mu ν nu
ξ xi π pi ϖ varpi ρ rho ϱ varrho σ sigma ς varsigma τ tau υ upsilon φ varphi ϕ phi χ chi ψ psi ω omega Γ Gamma Δ Delta
Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi Ψ Psi Ω Omega
× times ÷ div ⋅ cdot · cdot ± pm ∓ mp ≤ leq ≥ geq ≠ neq ≈ approx ≡ equiv ∼ sim ≃ simeq ≅ cong ∝ propto ≪ ll ≫ gg
∈ in ∉ notin ∋ ni ⊂ subset ⊃ supset ⊆ subseteq ⊇ supseteq ∪ cup ∩ cap ∖ setminus ∧ land ∨ lor ⊕ oplus ⊗ otimes ∘ circ
→ rightarrow ← leftarrow ↔ leftrightarrow ⇒ Rightarrow ⇐ Leftarrow ⇔ Leftrightarrow ↦ mapsto ⊥ perp ∥ parallel ∣ mid
∞ infty ∂ partial ∇ nabla ∀ forall ∃ exists ∅ varnothing ¬ neg ℏ hbar ℓ ell ℜ Re ℑ Im ∠ angle ° circ ′ prime … ldots
⋯ cdots ∑ sum ∏ prod ∐ coprod ∫ int ∬ iint ∭ iiint ∮ oint ⋃ bigcup ⋂ bigcap √ surd ⌈ lceil ⌉ rceil ⌊ lfloor ⌋ rfloor
⟨ langle ⟩ rangle ‖ Vert ℝ mathbb{R} ℕ mathbb{N} ℤ mathbb{Z} ℚ mathbb{Q} ℂ mathbb{C}`;

/** `α` is `\alpha`. */
export const COMMANDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [...NAMES.matchAll(/(\S+) (\S+)/g)].map(([, char, name]) => [char, `\\${name ?? ''}`]),
  ),
  '−': '-',
};

const OPERATORS = new Set('+-−=<>×÷⋅·±∓≤≥≠≈≡∼≃≅∝≪≫∈∉∋⊂⊃⊆⊇∪∩∖∧∨⊕⊗→←↔⇒⇐⇔↦⊥∥∣');
const OPERATOR_COMMANDS = new Set([...OPERATORS].flatMap((char) => COMMANDS[char] ?? []));

/** Whether a character, or the command for it, stands between two others with a space on both sides. */
export function isOperator(symbol: string): boolean {
  return OPERATORS.has(symbol) || OPERATOR_COMMANDS.has(symbol);
}

export const SUPERSCRIPTS = pairs(
  '0123456789+-−=()niabcdefghjklmoprstuvwxyz∘°′',
  '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ°°′',
);
export const SUBSCRIPTS = pairs('0123456789+-−=()aeoxhklmnpstijruv', '₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ');

function pairs(from: string, to: string): Readonly<Record<string, string>> {
  const raised = [...to];
  return Object.fromEntries([...from].map((char, at) => [char, raised[at] ?? char]));
}
