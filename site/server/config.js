/** The base address of the API; empty when it shares the page's origin. A deployment may replace this file. */
export const API = "";
