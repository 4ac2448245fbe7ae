/** What a name is in the text of code: the generator and the page's script count the same words. */
export const WORD: RegExp = /#?[\p{L}_$][\p{L}\p{N}_$]*/gu;
