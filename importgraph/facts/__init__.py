"""Source text to facts: what the text says, with no judgement and nothing imported."""
