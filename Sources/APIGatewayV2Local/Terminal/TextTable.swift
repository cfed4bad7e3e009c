/// Rows of cells in, aligned lines out. The last column has no padding, so that no line ends in spaces.

/// A table for people.
struct TextTable {
    /// A cell, and its colour on a terminal.
    struct Cell {
        let text: String
        var colour: TerminalStyle.Colour?
        var isNumber = false

        init(_ text: String, _ colour: TerminalStyle.Colour? = nil, isNumber: Bool = false) {
            self.text = TerminalStyle.visible(text)
            self.colour = colour
            self.isNumber = isNumber
        }
    }

    private var rows: [[Cell]]

    init(_ columns: [String]) {
        rows = [columns.map { Cell($0, .bold) }]
    }

    mutating func append(_ row: [Cell]) {
        precondition(row.count == rows[0].count, "A row has a cell for each column.")
        rows.append(row)
    }

    func lines(_ style: TerminalStyle) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].text.count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.text.count)
                let isLast = column == row.count - 1
                if column > 0 { line += "  " }
                if cell.isNumber { line += padding }
                line += style.paint(cell.text, cell.colour)
                if !cell.isNumber, !isLast { line += padding }
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
