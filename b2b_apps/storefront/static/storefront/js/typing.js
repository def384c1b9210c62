// When letters belong to a field, keys do nothing else.
const FIELDS = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select";

export const isTyping = (target) => target instanceof Element && target.matches(FIELDS);
export const isPlain = (event) =>
  !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
export const isDialogOpen = () => document.querySelector("dialog:modal") !== null;
