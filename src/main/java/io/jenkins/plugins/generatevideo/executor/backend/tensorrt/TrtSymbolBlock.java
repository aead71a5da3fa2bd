package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.ParameterList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A compiled network as a block: arrays in, by name or in order; arrays out, named. */
final class TrtSymbolBlock extends AbstractSymbolBlock implements AutoCloseable {
    private final TrtSession session;

    TrtSymbolBlock(TrtSession session, TrtNDManager manager) {
        this.session = session;
        manager.attachInternal(UUID.randomUUID().toString(), this);
    }

    TrtSession session() {
        return session;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> parameters) {
        TrtNDManager manager = (TrtNDManager) inputs.head().getManager();
        List<TrtPort> ports = session.inputs();
        if (inputs.size() != ports.size()) {
            throw new IllegalArgumentException("the network takes " + ports.size() + " inputs, not " + inputs.size());
        }
        Map<String, TrtNDArray> named = new LinkedHashMap<>();
        for (int i = 0; i < ports.size(); i++) {
            NDArray array = inputs.get(ports.get(i).name());
            named.put(ports.get(i).name(), (TrtNDArray) manager.from(array == null ? inputs.get(i) : array));
        }
        NDList outputs = new NDList();
        session.run(named, manager).forEach((name, array) -> {
            array.setName(name);
            outputs.add(array);
        });
        return outputs;
    }

    @Override
    public PairList<String, Shape> describeInput() {
        PairList<String, Shape> description = new PairList<>();
        session.inputs().forEach(port -> description.add(port.name(), new Shape(port.shape())));
        return description;
    }

    @Override
    public ParameterList getDirectParameters() {
        throw new UnsupportedOperationException("the weights of a compiled network are not accessible");
    }

    @Override
    public void close() {
        session.close();
    }
}
