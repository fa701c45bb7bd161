// What a page loads that has questions to predict, and no figure.

import { renderPrediction } from "../prediction.js";
import { wake } from "./page.js";

/** @type {import("./page.js").Wakened} */
export const QUESTIONS = ["live-prediction", renderPrediction, (asked) => ({ asked, guess: null })];

export const bringToLife = () => wake([QUESTIONS]);
