# Turns ctest's JUnit file into lines of STATUS, NAME and REASON, separated by tabs, where STATUS is
# pass, fail or skip. A test that ctest could not start is "notrun" there, as a skipped one is, but
# only a skip says SKIP_….

function attribute(name,    start, rest) {
  start = index($0, " " name "=\"")
  if (start == 0) return ""
  rest = substr($0, start + length(name) + 3)
  return plain(substr(rest, 1, index(rest, "\"") - 1))
}

function plain(text) {
  gsub(/&lt;/, "<", text)
  gsub(/&gt;/, ">", text)
  gsub(/&quot;/, "\"", text)
  gsub(/&apos;/, "'", text)
  gsub(/&amp;/, "\\&", text)
  gsub(/\t/, " ", text)
  return text
}

/^\t<testcase / {
  test = attribute("name")
  state = attribute("status")
  status = state == "run" ? "pass" : state == "disabled" ? "skip" : "fail"
  reason = state == "disabled" ? "disabled" : ""
  first_line = ""
  in_reason = 0
  next
}

/^\t\t<skipped / {
  message = attribute("message")
  if (message ~ /^SKIP_/) status = "skip"
  else reason = message
  next
}

/^\t<\/testcase>/ {
  if (status == "skip" && reason == "") reason = first_line == "" ? "no reason given" : first_line
  printf "%s\t%s\t%s\n", status, test, reason
  next
}

status == "skip" {
  sub(/^\t\t<system-out>/, "")
  sub(/<\/system-out>$/, "")
  # GoogleTest's reason stands between "FILE:LINE: Skipped" and the line of the result.
  if ($0 ~ /^\[  SKIPPED \]/) in_reason = 0
  if (in_reason && $0 != "") reason = reason (reason == "" ? "" : " ") plain($0)
  if ($0 ~ /: Skipped$/ && reason == "") in_reason = 1
  if (first_line == "" && $0 !~ /^(\[|Note: |Running main)/ && $0 !~ /: Skipped$/) first_line = plain($0)
}
