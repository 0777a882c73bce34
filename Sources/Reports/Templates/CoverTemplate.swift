/// The cover sheet's page.
enum CoverTemplate {
    static let text = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>Cover sheet {{{file}}}</title>
        <style>{{{css}}}{{{own}}}</style>
        </head>
        <body>
        <main class="wrap sheet">
        <p class="night">{{{site}}} &middot; claim file handed to billing</p>
        <h1>Cover sheet</h1>
        <p class="figures"><b>{{{claims}}}</b> <b>{{{dollars}}}</b></p>
        {{#table}}{{> table}}{{/table}}
        <p>Before sending: the file's SHA-256 must be the one above. The clearinghouse's first answer must show \
        the same claims and dollars.</p>
        <div class="sign"><div><span>Taken over by (signature)</span></div><div><span>Date and time</span></div></div>
        </main>
        </body>
        </html>

        """

    static let css = """
        .sheet{padding-top:2rem;padding-bottom:2rem;max-width:48rem}.sheet h1{font-size:2rem}
        .figures{font-size:1.6rem;display:flex;gap:2rem;flex-wrap:wrap;margin:.5rem 0 1rem}
        .sign{display:grid;grid-template-columns:2fr 1fr;gap:2rem;margin-top:4.5rem}
        .sign div{border-top:1px solid var(--ink);padding-top:.3rem;font-size:.9rem;color:var(--soft)}
        @media print{table{font-size:10pt}th,td{padding:1.5mm}}
        """
}
