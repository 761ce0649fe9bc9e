// The two metrics of faces that the tables have: detection by a model that scores anchors (UltraFace), whose results a
// caller has to choose from, and verification of pairs by embeddings (ArcFace on LFW).

import { defineMetric, numbersOf, type Feeds, type Label, type Metric } from "@tersor/core";
import { vocMetric } from "@tersor/evaluate";
import { chosenBoxes, detectionsOf, type ChoiceOptions, type ScoredBox } from "./anchors.ts";

/** Anchors that are looked at, the score they need, and how far two of one face overlap. */
const faceChoice: ChoiceOptions = { leastScore: 0.05, mostOverlap: 0.3, mostLooked: 200 };
/** Faces that the float model is taken to have found on made-up pictures. */
const MOST_FACES = 5;

/**
 * Average precision at an overlap of 0.5, as VOC counts it, of the faces among scored anchors: outputs "scores"
 * [1, anchors, 2] (no face, face) and "boxes" [1, anchors, 4]. Labels as those of "voc-map", all of class 0.
 */
export const faceDetection: Metric = defineMetric({
  name: "face-detection",
  higherIsBetter: true,
  kind: "other",
  begin() {
    const run = vocMetric("voc-map").begin();
    return { ...run, update: (outputs, labels) => run.update(detectionsOf(facesOf(outputs)), labels) };
  },
});

/** The surest faces of a model, as a label. */
export function detectedFaces(outputs: Feeds): Label {
  const faces = facesOf(outputs).slice(0, MOST_FACES);
  return { boxes: faces.map(({ box }) => box), classes: faces.map(() => 0) };
}

/** Anchors with a face, the surest first, without those that overlap a surer one. */
function facesOf(outputs: Feeds): readonly ScoredBox[] {
  const [scores, boxes] = [numbersOf(outputs["scores"]!), numbersOf(outputs["boxes"]!)];
  const anchors = Array.from({ length: scores.length / 2 }, (_, i): ScoredBox => {
    const [left, top, right, bottom] = [0, 1, 2, 3].map((corner) => boxes[4 * i + corner]!);
    return { score: scores[2 * i + 1]!, class: 0, box: [left!, top!, right!, bottom!] };
  });
  return chosenBoxes(anchors, faceChoice);
}

const FOLDS = 10;
/** Squared distances of unit vectors are 0 to 4. */
const thresholds: readonly number[] = Array.from({ length: 400 }, (_, i) => i / 100);

interface Pair {
  readonly distance: number;
  readonly same: boolean;
}

/**
 * Accuracy of telling whether two faces are one person's, as LFW's protocol has it (Huang et al. 2007): the distance of
 * the embeddings against the threshold that is best on nine tenths of the pairs, judged on the last one. Samples are pairs
 * one after the other, labelled 1 where they are the same person, else 0; the embedding is the model's first output.
 */
export const faceVerification: Metric = defineMetric({
  name: "face-verification",
  higherIsBetter: true,
  kind: "other",
  begin() {
    const pairs: Pair[] = [];
    let first: ArrayLike<number> | undefined;
    return {
      update(outputs, labels) {
        for (const [embedding, label] of embeddingsOf(outputs, labels)) {
          if (first !== undefined) pairs.push({ distance: distance(first, embedding), same: label === 1 });
          first = first === undefined ? embedding : undefined;
        }
        return [];
      },
      value: () => crossValidated(pairs),
    };
  },
});

function embeddingsOf(outputs: Feeds, labels: readonly Label[]): readonly (readonly [Float32Array, Label])[] {
  const numbers = Float32Array.from(numbersOf(Object.values(outputs)[0]!));
  const width = numbers.length / labels.length;
  return labels.map((label, i) => [numbers.subarray(i * width, (i + 1) * width), label]);
}

/** Squared distance of two vectors brought to length 1. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const length = (vector: ArrayLike<number>) => Math.hypot(...Array.from(vector)) || 1;
  const [lengthA, lengthB] = [length(a), length(b)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! / lengthA - b[i]! / lengthB) ** 2;
  return sum;
}

function crossValidated(pairs: readonly Pair[]): number {
  const folds = Math.min(FOLDS, pairs.length);
  const foldOf = (at: number) => Math.floor((at * folds) / pairs.length);
  let correct = 0;
  for (let fold = 0; fold < folds; fold++) {
    const others = pairs.filter((_, at) => foldOf(at) !== fold);
    const best = thresholds.reduce((a, b) => (rightAt(others, b) > rightAt(others, a) ? b : a));
    correct += rightAt(
      pairs.filter((_, at) => foldOf(at) === fold),
      best,
    );
  }
  return correct / pairs.length;
}

function rightAt(pairs: readonly Pair[], threshold: number): number {
  return pairs.filter(({ distance: apart, same }) => apart < threshold === same).length;
}
