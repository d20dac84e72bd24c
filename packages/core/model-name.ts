/** The grammar of a model's name: it becomes part of tags, file names and addresses. */
export const MODEL_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
