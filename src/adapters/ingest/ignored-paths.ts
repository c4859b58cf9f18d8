/** Leaves out what the `.gitignore` files among files say is not worth keeping: builds, packages, caches. */

import ignore, { type Ignore } from 'ignore';

const MAX_RULES = 20_000;
/** Stars in a row of one name make a pattern slow, more with each: none that is meant needs as many. */
const MAX_STARS = 3;

/**
 * The files that no `.gitignore` among them leaves out, in their order, and how many were left out. Rules hold below the
 * folder they lie in; those of an inner folder count for more. `.git` folders are left out always.
 */
export async function leaveOutIgnored<T extends { readonly path: string }>(
  files: readonly T[],
  readText: (file: T) => Promise<string>,
): Promise<{ kept: T[]; leftOut: number }> {
  const rules = await rulesAmong(files, readText);
  const kept = files.filter(({ path }) => !path.split('/').includes('.git') && !rules.leaveOut(path));
  return { kept, leftOut: files.length - kept.length };
}

/** All rules of one project, written for the folder that its outermost `.gitignore` lies in. */
interface Project {
  readonly folder: string;
  readonly rules: Ignore;
}

class Rules {
  readonly #projects = new Map<string, Project>();
  #left = MAX_RULES;

  leaveOut(path: string): boolean {
    const project = this.#projectOf(path);
    const inner = project ? path.slice(project.folder.length) : '';
    return project !== null && ignore.isPathValid(inner) && project.rules.ignores(inner);
  }

  /** Outer folders must come before inner ones: of rules that disagree the last counts. */
  add(folder: string, text: string): void {
    const project = this.#projectOf(folder) ?? { folder, rules: ignore({ ignorecase: false }) };
    this.#projects.set(project.folder, project);
    const lines = text.replace(/^\ufeff/, '').split(/\r?\n/, this.#left);
    const below = folder.slice(project.folder.length);
    const rules = lines.filter(isRule).map((rule) => rebased(rule, below));
    this.#left -= rules.length;
    project.rules.add(rules);
  }

  #projectOf(path: string): Project | null {
    const all = this.#projects.get('');
    if (all) return all;
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      const project = this.#projects.get(path.slice(0, end + 1));
      if (project) return project;
    }
    return null;
  }
}

async function rulesAmong<T extends { readonly path: string }>(
  files: readonly T[],
  readText: (file: T) => Promise<string>,
): Promise<Rules> {
  const rules = new Rules();
  const found = files
    .filter(({ path }) => path === '.gitignore' || path.endsWith('/.gitignore'))
    .map((file) => ({ file, folder: file.path.slice(0, -'.gitignore'.length) }))
    .sort((a, b) => depth(a.folder) - depth(b.folder));
  for (const { file, folder } of found)
    // What lies in a folder that is left out has no say.
    if (!rules.leaveOut(file.path)) rules.add(folder, await readText(file));
  return rules;
}

function depth(folder: string): number {
  return folder.split('/').length;
}

function isRule(line: string): boolean {
  if (line.trim() === '' || line.startsWith('#')) return false;
  const folders = line.split('/');
  const stars = (part: string): number => (part === '**' ? 0 : (part.match(/\*+/g)?.length ?? 0));
  return (
    folders.filter((part) => part === '**').length <= MAX_STARS &&
    folders.every((part) => stars(part) <= MAX_STARS)
  );
}

/** A rule of the folder `below` as one of the folder above it. One without a `/` before its end holds at any depth. */
function rebased(rule: string, below: string): string {
  if (below === '') return rule;
  const negation = rule.startsWith('!') ? '!' : '';
  const pattern = rule.slice(negation.length);
  const isAnchored = /\/(?=\s*\S)/.test(pattern);
  const literal = below.replace(/[\\*?[\]!# ]/g, '\\$&');
  return `${negation}/${literal}${isAnchored ? pattern.replace(/^\//, '') : `**/${pattern}`}`;
}
