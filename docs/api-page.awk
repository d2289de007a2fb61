# SPDX-FileCopyrightText: 2026 The Syncline authors
# SPDX-License-Identifier: MIT
#
# A manual page of what public headers say: awk -v name=syncline-client -v section=3 -v version=0.1.0
# -v summary="…" -v see="syncline (1), …" -f docs/api-page.awk HEADER...

BEGIN {
    print ".\\\" SPDX-FileCopyrightText: 2026 The Syncline authors"
    print ".\\\" SPDX-License-Identifier: MIT"
    print ".\\\" Made by 'make regenerate' of the public headers; changes belong there."
    printf ".TH %s %d \"\" \"Syncline %s\" \"Syncline\"\n", toupper(name), section, version
    printf ".SH NAME\n%s \\- %s\n", troff(name), troff(summary)
    print ".SH SYNOPSIS\n.nf"
    n = split(headers, includes, " ")
    for (i = 1; i <= n; i++) printf "#include <syncline/%s>\n", includes[i]
    print ".fi"
    if (section == 3) print "Compile and link with what pkg\\-config \\-\\-cflags \\-\\-libs syncline prints."
    print ".SH DESCRIPTION"
}

# So that troff shows it as it is.
function troff(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    gsub(/'/, "\\(aq", text)
    gsub(/“/, "\\(lq", text)
    gsub(/”/, "\\(rq", text)
    gsub(/…/, "...", text)
    gsub(/→/, "\\(->", text)
    gsub(/⇒/, "\\(rA", text)
    if (text ~ /^\./) text = "\\&" text
    return text
}

# Links and marks of gi-docgen mean nothing here.
function plain(text) {
    while (match(text, /\[[a-z]+@[A-Za-z_.:-]+\]/)) {
        link = substr(text, RSTART + 1, RLENGTH - 2)
        sub(/^[a-z]+@/, "", link)
        text = substr(text, 1, RSTART - 1) link substr(text, RSTART + RLENGTH)
    }
    gsub(/[`%]/, "", text)
    gsub(/@/, "", text)
    return troff(text)
}

function finish_comment() {
    if (in_code) print ".fi"
    in_code = 0
}

# --- Comments -------------------------------------------------------------------------------------

/^\/\*\*$/ { in_comment = 1; first = 1; paragraph = 0; next }

in_comment && /^ \*\/$/ { finish_comment(); in_comment = 0; in_declaration = 1; body = ""; next }

in_comment {
    line = $0
    sub(/^ \* ?/, "", line)
    if (first) {
        title = line
        sub(/:.*/, "", title)
        printf ".SS %s\n", troff(title)
        first = 0
    } else if (line ~ /^```/) {
        print in_code ? ".fi" : ".nf"
        in_code = !in_code
    } else if (in_code) {
        print troff(line)
    } else if (line ~ /^@[a-z_A-Z0-9]+:/) {
        parameter = substr(line, 2)
        sub(/:.*/, "", parameter)
        sub(/^@[^:]*: */, "", line)
        printf ".TP\n.I %s\n%s\n", troff(parameter), plain(line)
        paragraph = 1
    } else if (line == "") {
        paragraph = 1
        blank = 1
        next
    } else {
        if (blank && paragraph) print ".PP"
        sub(/^ +/, "", line)
        print plain(line)
        paragraph = 1
    }
    blank = 0
    next
}

# --- What is declared ---------------------------------------------------------------------------------

in_declaration && body == "" && /^$/ { in_declaration = 0; next }

in_declaration {
    text = $0
    sub(/^SYNCLINE_API /, "", text)
    body = body troff(text) "\n"
    is_macro = is_macro || /^#define/
    if ((is_macro && !/\\$/) || (!is_macro && /^[^ ].*;$/ && !/^typedef (struct|enum)$/) || (!is_macro && /^ .*\).*;$/ && index(body, "{") == 0)) {
        printf ".PP\n.nf\n%s.fi\n", body
        in_declaration = 0
        is_macro = 0
    }
}

END { if (see != "") printf ".SH SEE ALSO\n%s\n", see }
