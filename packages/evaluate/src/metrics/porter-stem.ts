// Stems of English words: Porter, "An algorithm for suffix stripping" (1980), with the departures of NLTK's default mode,
// which the rouge-score package uses. Steps are named as in the paper; words are lower-case.

/** Words that NLTK looks up instead. */
const irregular: ReadonlyMap<string, string> = new Map(
  Object.entries({ sky: "sky", skies: "sky", dying: "die", lying: "lie", tying: "tie", news: "news" }).concat(
    Object.entries({ innings: "inning", inning: "inning", outings: "outing", outing: "outing" }),
    Object.entries({ cannings: "canning", canning: "canning", howe: "howe" }),
    Object.entries({ proceed: "proceed", exceed: "exceed", succeed: "succeed" }),
  ),
);

/** A suffix, what takes its place, and what must hold of the stem before it. */
type Rule = readonly [suffix: string, replacement: string, condition?: (stem: string) => boolean];

/** The stem of a lower-case word. */
export function porterStem(word: string): string {
  const known = irregular.get(word);
  if (known !== undefined) return known;
  if (word.length <= 2) return word;
  return [step1a, step1b, step1c, step2, step3, step4, step5a, step5b].reduce((stem, step) => step(stem), word);
}

/** The first rule whose suffix the word has decides, also when its condition does not hold. */
function apply(word: string, rules: readonly Rule[]): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, replacement, condition] = rule;
  const stem = word.slice(0, word.length - suffix.length);
  return condition === undefined || condition(stem) ? stem + replacement : word;
}

/** Whether each letter is a consonant; y is one at the beginning and after a vowel. */
function consonants(word: string): readonly boolean[] {
  const flags: boolean[] = [];
  for (const letter of word) flags.push(letter === "y" ? !(flags.at(-1) ?? false) : !"aeiou".includes(letter));
  return flags;
}

/** m of the paper: how often a vowel is followed by a consonant. */
function measure(stem: string): number {
  return consonants(stem).filter((consonant, i, flags) => consonant && flags[i - 1] === false).length;
}

const isLong = (stem: string): boolean => measure(stem) > 0;
const isLonger = (stem: string): boolean => measure(stem) > 1;
const hasVowel = (stem: string): boolean => consonants(stem).includes(false);

function endsDoubled(word: string): boolean {
  return word.length >= 2 && word.at(-1) === word.at(-2) && consonants(word).at(-1) === true;
}

/** Condition *o: consonant, vowel, consonant other than w, x, y; with NLTK also a whole word of vowel and consonant. */
function endsShort(word: string): boolean {
  const flags = consonants(word);
  const [third, second, last] = [flags.at(-3), flags.at(-2), flags.at(-1)];
  if (word.length === 2) return second === false && last === true;
  return third === true && second === false && last === true && !"wxy".includes(word.at(-1)!);
}

function step1a(word: string): string {
  if (word.endsWith("ies") && word.length === 4) return word.slice(0, -1);
  return apply(word, [["sses", "ss"], ["ies", "i"], ["ss", "ss"], ["s", ""]]); // prettier-ignore
}

function step1b(word: string): string {
  if (word.endsWith("ied")) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith("eed")) return apply(word, [["eed", "ee", isLong]]);
  const stem = ["ed", "ing"]
    .filter((suffix) => word.endsWith(suffix))
    .map((suffix) => word.slice(0, -suffix.length))
    .find(hasVowel);
  return stem === undefined ? word : mended(stem);
}

/** A stem that lost -ed or -ing gets its e back, or loses a doubled letter. */
function mended(stem: string): string {
  if (/(at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsDoubled(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

function step1c(word: string): string {
  return apply(word, [["y", "i", (stem) => stem.length > 1 && consonants(stem).at(-1) === true]]);
}

const step2Rules: readonly Rule[] = [
  ["ational", "ate", isLong],
  ["tional", "tion", isLong],
  ["enci", "ence", isLong],
  ["anci", "ance", isLong],
  ["izer", "ize", isLong],
  ["bli", "ble", isLong],
  ["alli", "al", isLong],
  ["entli", "ent", isLong],
  ["eli", "e", isLong],
  ["ousli", "ous", isLong],
  ["ization", "ize", isLong],
  ["ation", "ate", isLong],
  ["ator", "ate", isLong],
  ["alism", "al", isLong],
  ["iveness", "ive", isLong],
  ["fulness", "ful", isLong],
  ["ousness", "ous", isLong],
  ["aliti", "al", isLong],
  ["iviti", "ive", isLong],
  ["biliti", "ble", isLong],
  ["fulli", "ful", isLong],
  // NLTK counts the l into the stem, so that "geologi" is long enough.
  ["logi", "log", (stem) => isLong(`${stem}l`)],
];

function step2(word: string): string {
  const stem = apply(word, step2Rules);
  // What is left of -alli may end in another suffix of this step.
  return word.endsWith("alli") && stem !== word ? step2(stem) : stem;
}

function step3(word: string): string {
  return apply(word, [
    ["icate", "ic", isLong],
    ["ative", "", isLong],
    ["alize", "al", isLong],
    ["iciti", "ic", isLong],
    ["ical", "ic", isLong],
    ["ful", "", isLong],
    ["ness", "", isLong],
  ]);
}

const step4Suffixes = "al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize".split(" ");
const step4Rules = step4Suffixes.map((suffix): Rule => [
  suffix,
  "",
  suffix === "ion" ? (stem) => isLonger(stem) && /[st]$/.test(stem) : isLonger,
]);

function step4(word: string): string {
  return apply(word, step4Rules);
}

function step5a(word: string): string {
  return apply(word, [["e", "", (stem) => isLonger(stem) || (isLong(stem) && !endsShort(stem))]]);
}

function step5b(word: string): string {
  return apply(word, [["ll", "l", (stem) => isLonger(`${stem}l`)]]);
}
