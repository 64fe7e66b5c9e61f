// Finds what is on the page as people and screen readers do: by role and accessible name. The body of a function; its
// arguments are what to do, and with what.
const FIELD = "input:not([type=checkbox], [type=radio]), textarea";
const roles = {
  button: "button, [role=button]",
  link: "a[href]",
  field: FIELD,
  checkbox: "input[type=checkbox], [role=checkbox]",
  radio: "input[type=radio], [role=radio]",
  choice: "select",
  heading: "h1, h2, h3, h4, [role=heading]",
  tab: "[role=tab]",
  menuitem: "[role=menuitem]",
  dialog: "[role=dialog], [role=alertdialog]",
};
// Their names come from what is in them.
const byContent = "button, a, summary, h1, h2, h3, h4, [role=button], [role=tab], [role=menuitem], [role=heading]";

const squeezed = (text) => text.replaceAll(/\s+/g, " ").trim();

function words(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
  if (node.matches("select, datalist, style, script")) return "";
  const label = node.getAttribute("aria-label");
  if (label !== null) return label;
  return [...node.childNodes].map(words).join(node.matches("p, div, li, td, th, h2, h3") ? " " : "");
}

function nameOf(element) {
  const label = element.getAttribute("aria-label");
  if (label !== null) return squeezed(label);
  const by = element.getAttribute("aria-labelledby");
  if (by !== null) return squeezed(by.split(" ").map((id) => words(document.getElementById(id) ?? document.createTextNode(""))).join(" "));
  if (element.labels?.length > 0) return squeezed([...element.labels].map(words).join(" "));
  if (element.matches(byContent)) return squeezed(words(element));
  return squeezed(element.title ?? "");
}

function isShown(element) {
  return element.checkVisibility({ visibilityProperty: true }) && element.closest("[aria-hidden=true], [inert]") === null;
}

// The window in front, if one is open: what lies behind it cannot be reached.
function front(found) {
  const dialogs = [...document.querySelectorAll("[role=dialog], [role=alertdialog]")].filter(isShown);
  const last = dialogs.at(-1);
  const inside = last === undefined ? [] : found.filter((element) => last.contains(element));
  return inside.length > 0 ? inside : found;
}

// Exactly this name; one that ends with * begins with it.
function isNamed(element, name) {
  const own = nameOf(element);
  return name.endsWith("*") ? own.startsWith(name.slice(0, -1)) : own === name;
}

function find(role, name) {
  return front([...document.querySelectorAll(roles[role])].filter((element) => isShown(element) && isNamed(element, name)));
}

function grid(name) {
  const root = [...document.querySelectorAll(".ag-root")].find((each) => each.getAttribute("aria-label") === name);
  return root ?? null;
}

// The cell of the row in which a cell has this text, in the column with this header.
function cell(name, text, header) {
  const root = grid(name);
  if (root === null) return null;
  const column = [...root.querySelectorAll(".ag-header-cell")].find((each) => squeezed(words(each)) === header);
  const key = [...root.querySelectorAll(".ag-cell")].find((each) => squeezed(words(each)) === text);
  const row = key?.closest(".ag-row")?.getAttribute("row-id");
  const id = column?.getAttribute("col-id");
  if (row === undefined || row === null || id === undefined || id === null) return null;
  return root.querySelector(`.ag-row[row-id="${CSS.escape(row)}"] .ag-cell[col-id="${CSS.escape(id)}"]`);
}

function tell(element) {
  return element === null ? "nothing" : `${element.tagName.toLowerCase()} "${nameOf(element)}"`;
}

const deeds = {
  find,
  cell,
  inCell: (name, text, header, role) => {
    const found = cell(name, text, header);
    return found === null ? [] : [...found.querySelectorAll(roles[role])].filter(isShown);
  },
  cellText: (name, text, header) => {
    const found = cell(name, text, header);
    return found === null ? null : squeezed(words(found));
  },
  text: () => squeezed(document.body.innerText),
  names: (role) => [...document.querySelectorAll(roles[role])].filter(isShown).map(nameOf),
  focused: () => nameOf(document.activeElement ?? document.body),
  error: (element) => {
    const id = (element.getAttribute("aria-describedby") ?? "").split(" ").find((each) => each.endsWith("-error"));
    return id === undefined ? null : squeezed(document.getElementById(id)?.textContent ?? "");
  },
  tell,
};

const [deed, ...given] = arguments;
return deeds[deed](...given);
